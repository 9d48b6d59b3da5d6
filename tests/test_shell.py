"""Headers and language around the page, through a real ASGI client."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ui.shell import LANGUAGE, Shell

PAGE = '<!doctype html>\n<html\n\tlang="en"\n><head><title>x</title></head><body>页</body></html>'


def client() -> httpx.AsyncClient:
    async def page(_: Request) -> Response:
        return HTMLResponse(PAGE)

    async def pieces(_: Request) -> Response:
        return StreamingResponse((PAGE[i : i + 7] for i in range(0, len(PAGE), 7)), media_type="text/html")

    async def data(_: Request) -> Response:
        return JSONResponse({"html": 'lang="en"'})

    routes = [Route("/", page), Route("/pieces", pieces), Route("/data", data)]
    app = Starlette(routes=routes, middleware=[Middleware(Shell)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test")


async def get(path: str, cookie: str = "") -> httpx.Response:
    async with client() as http:
        return await http.get(path, headers={"cookie": cookie} if cookie else {})


def fetch(path: str, cookie: str = "") -> httpx.Response:
    import asyncio

    return asyncio.run(get(path, cookie))


@pytest.mark.parametrize("path", ["/", "/pieces"])
@pytest.mark.parametrize(
    ("cookie", "language"),
    [
        ("", "zh-CN"),
        ("baogao_lang=en", "en"),
        ("a=1; baogao_lang=zh", "zh-CN"),
        ("baogao_lang=<x>", "zh-CN"),
        ("=;=", "zh-CN"),
    ],
)
def test_the_page_names_its_language(path: str, cookie: str, language: str) -> None:
    page = fetch(path, cookie).text
    assert f'lang="{language}"' in page
    assert page.index("<head>" + LANGUAGE.decode()) < page.index("<title>")
    assert "页</body></html>" in page


@pytest.mark.parametrize("path", ["/", "/pieces", "/data"])
def test_every_answer_keeps_the_browser_to_this_server(path: str) -> None:
    headers = fetch(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "connect-src 'self'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"


def test_other_answers_are_left_alone() -> None:
    assert fetch("/data").json() == {"html": 'lang="en"'}
