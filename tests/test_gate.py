"""The gate, through a real ASGI client: hosts, origins, log-in, waiting, sessions, sizes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from test_sessions import Clock

from rag.errors import SettingError
from rag.settings import Settings
from ui.accounts import Accounts, Role, User, add, remove, write
from ui.gate import BODY, Gate
from ui.login import Desk
from ui.sessions import IDLE

READER, EDITOR = ("读者", "reader-password"), ("编辑", "editor-password")
PAGE = {"accept": "text/html"}
ASK = "/gradio_api/queue/join"
UPLOAD = "/gradio_api/upload"


@pytest.fixture(scope="module")
def hashed(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("users") / "users.json"
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # a hash says itself how much work it is
    users = (User(READER[0], Role.READER, quick.hash(READER[1])), User(EDITOR[0], Role.EDITOR, quick.hash(EDITOR[1])))
    write(file, {user.name: user for user in users})
    return file.read_text("utf-8")


class House:
    """A gate before an app that says who came in and what they brought; as many clients as wanted."""

    def __init__(self, file: Path | None, anonymous: Role = Role.VISITOR) -> None:
        self.clock = Clock()
        desk = Desk(Accounts(file) if file else None, anonymous, self.clock)

        async def inside(request: Request) -> Response:
            user = request.scope["user"]
            return JSONResponse({"name": user.name, "role": user.role, "bytes": len(await request.body())})

        routes = [Route(path, inside, methods=["GET", "POST"]) for path in ("/", ASK, UPLOAD, "/gradio_api/queue/data")]
        self.app = Starlette(
            routes=routes, middleware=[Middleware(Gate, desk=desk, hosts=["localhost", "报告.example"])]
        )

    def client(self, host: str = "127.0.0.1:7860", **options: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=f"http://{host}", **options)


@pytest.fixture
def file(hashed: str, tmp_path: Path) -> Path:
    path = tmp_path / "users.json"
    path.touch(0o600)
    path.write_text(hashed, "utf-8")
    return path


def run(story: Callable[[], Any]) -> Any:
    return asyncio.run(story())


async def enter(client: httpx.AsyncClient, name: str, password: str, **headers: str) -> httpx.Response:
    return await client.post("/login", data={"username": name, "password": password}, headers=headers)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:7860", 200),
        ("localhost:1", 200),
        ("LOCALHOST", 200),
        ("[::1]:7860", 200),
        ("192.168.1.5:7860", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("127.0.0.1@evil.example", 421),
        ("[", 421),
        ("", 421),
    ],
)
def test_only_known_hosts(host: str, status: int) -> None:
    async def story() -> int:
        async with House(None, Role.EDITOR).client() as client:
            return (await client.get("/", headers={"host": host})).status_code

    assert run(story) == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200),
        ("http://127.0.0.1:7860", 200),
        ("https://127.0.0.1:7860", 200),
        ("http://127.0.0.1:3000", 403),
        ("http://localhost:7860", 403),
        ("http://evil.example", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_only_its_own_pages(origin: str | None, status: int) -> None:
    async def story() -> list[int]:
        async with House(None, Role.EDITOR).client() as client:
            headers = {"origin": origin} if origin is not None else {}
            return [
                (await client.post(ASK, json={}, headers=headers)).status_code,
                (await client.get("/", headers=headers)).status_code,
            ]

    assert run(story) == [status, status]


def test_without_users_everybody_is_who_was_said(tmp_path: Path) -> None:
    async def story() -> None:
        async with House(None, Role.EDITOR).client() as client:
            assert (await client.get("/")).json() == {"name": "", "role": 2, "bytes": 0}
            assert (await client.post(UPLOAD, content=b"x")).status_code == 200
            assert (await client.get("/login")).status_code == 404

    run(story)


def test_readers_without_a_log_in_and_editors_with_one(file: Path) -> None:
    async def story() -> None:
        async with House(file, Role.READER).client() as client:
            assert (await client.get("/")).json()["role"] == Role.READER
            assert (await client.post(UPLOAD)).status_code == 403
            await enter(client, *EDITOR)
            assert (await client.post(UPLOAD)).json()["role"] == Role.EDITOR

    run(story)


def test_a_person_is_led_to_the_log_in_and_back_out(file: Path) -> None:
    async def story() -> None:
        async with House(file).client(headers=PAGE) as client:
            first = await client.get("/")
            assert (first.status_code, first.headers["location"]) == (303, "./login")
            page = await client.get("/login")
            assert 'lang="zh-CN"' in page.text
            assert page.headers["cache-control"] == "no-store"
            assert "//" not in page.text.split("<body>")[1].split("<script>")[0]
            assert 'lang="en"' in (await client.get("/login?lang=en")).text
            wrong = await enter(client, '"><script>x', "p")
            assert wrong.status_code == 401
            assert "Wrong name or password" in wrong.text
            assert "<script>x" not in wrong.text
            done = await enter(client, *READER)
            assert (done.status_code, done.headers["location"]) == (303, "./")
            cookie = done.headers["set-cookie"].lower()
            assert "httponly" in cookie
            assert "samesite=lax" in cookie
            assert "secure" not in cookie
            assert (await client.get("/")).json()["name"] == READER[0]
            assert (await client.get("/logout")).status_code == 405
            kept = dict(client.cookies)
            left = await client.post("/logout")
            assert (left.status_code, left.headers["location"]) == (303, "./login")
            assert (await client.get("/")).status_code == 303
            client.cookies.update(kept)
            assert (await client.get("/")).status_code == 303

    run(story)


def test_over_tls_the_cookie_is_secure(file: Path) -> None:
    async def story() -> str:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(House(file).app), base_url="https://localhost"
        ) as client:
            return (await enter(client, *READER)).headers["set-cookie"].lower()

    assert "secure" in run(story)


def test_a_session_ends(file: Path) -> None:
    async def story() -> None:
        house = House(file)
        async with house.client() as client, house.client() as other:
            await enter(client, *READER)
            await enter(other, *READER)
            assert (await client.get("/")).status_code == 200
            house.clock.now += IDLE - 1
            assert (await client.get("/")).status_code == 200
            house.clock.now += 2
            assert (await other.get("/")).status_code == 401
            assert (await client.get("/")).status_code == 200
            add(file, READER[0], Role.EDITOR, READER[1])
            assert (await client.get("/")).status_code == 401  # a new password, even if it is the old one
            await enter(client, *READER)
            assert (await client.get("/")).json()["role"] == Role.EDITOR
            remove(file, READER[0])
            assert (await client.get("/")).status_code == 401
            await enter(client, *EDITOR)
            file.unlink()
            assert (await client.get("/")).status_code == 401
            assert (await enter(client, *EDITOR)).status_code == 503

    run(story)


def test_wrong_passwords_are_slowed_down(file: Path) -> None:
    async def story() -> None:
        house = House(file)
        async with house.client() as client:
            for _ in range(5):
                assert (await enter(client, READER[0], "guess")).status_code == 401
            held = await enter(client, *READER)
            assert (held.status_code, held.headers["retry-after"]) == (429, "1")
            assert "1 秒" in held.json()["error"]
            assert (await client.get("/", auth=READER_BYTES)).status_code == 429
            assert (await enter(client, *EDITOR)).status_code == 200
            house.clock.now += 1.5
            assert (await enter(client, READER[0], "guess")).status_code == 401
            assert (await enter(client, *READER)).headers["retry-after"] == "2"
            house.clock.now += 2.5
            assert (await enter(client, *READER)).status_code == 200
        # Many names from one address are slowed down too, and at the same time no faster.
        async with house.client() as client:
            tries = await asyncio.gather(*(enter(client, f"u{n}", "guess") for n in range(30)))
            assert {response.status_code for response in tries} == {401, 429}
            assert sum(response.status_code == 401 for response in tries) < 30
            assert (await enter(client, "u99", "guess")).status_code == 429

    run(story)


READER_BYTES = httpx.BasicAuth(READER[0].encode(), READER[1].encode())


def test_programs_send_name_and_password_each_time(file: Path) -> None:
    async def story() -> None:
        house = House(file)
        async with house.client() as client:
            assert (await client.get("/", auth=READER_BYTES)).json()["name"] == READER[0]
            assert "set-cookie" not in (await client.get("/", auth=READER_BYTES)).headers
            assert (await client.post(UPLOAD, auth=READER_BYTES)).status_code == 403
            wrong = await client.get("/", auth=httpx.BasicAuth(READER[0].encode(), b"guess"))
            assert wrong.status_code == 401
            assert "www-authenticate" not in wrong.headers  # the browser's own box would come without a log-out
            for bad in ("Basic", "Basic !!", "Basic 4pyT", "Bearer x"):
                assert (await client.get("/", headers={"authorization": bad})).status_code == 401

    run(story)


def test_what_is_too_big_is_refused() -> None:
    async def story() -> None:
        async with House(None, Role.EDITOR).client() as client:
            fits = b'{"data": "' + b"x" * (BODY - 20) + b'"}'
            assert (await client.post(ASK, content=fits)).json()["bytes"] == len(fits)
            assert (await client.post(ASK, content=b"x" * (BODY + 1))).status_code == 413
            assert (await client.post(UPLOAD, content=b"x" * (BODY + 1))).status_code == 200
        async with House(None, Role.EDITOR).client() as client:
            for odd in (b"[" * 200_000, b"\xff", b"{", b'{"data": [{"path": "https://example.com/x"}]}'):
                assert (await client.post(ASK, content=odd)).status_code == 400

    run(story)


def test_a_log_in_form_is_small(file: Path) -> None:
    async def story() -> int:
        async with House(file).client() as client:
            return (await enter(client, "x" * 9000, "y")).status_code

    assert run(story) == 413


def test_what_is_not_listed_does_not_exist() -> None:
    async def story() -> None:
        async with House(None, Role.EDITOR).client() as client:
            for path in ("/gradio_api/file=/etc/passwd", "/%2f", "/gradio_api/queue/join/../../x", "/LOGIN"):
                assert (await client.get(path)).status_code == 404
            assert (await client.put("/")).status_code == 404

    run(story)


def test_more_hosts_and_the_log_are_settings(tmp_path: Path) -> None:
    given = {"BAOGAO_HOSTNAMES": "a.example, B.example", "BAOGAO_LOG_LEVEL": "warning", "BAOGAO_LOG_QUESTIONS": "1"}
    settings = Settings.from_env(given, home=tmp_path)
    assert settings.hostnames == ("a.example", "B.example")
    assert (settings.log_level, settings.log_questions) == ("WARNING", True)
    plain = Settings.from_env({}, home=tmp_path)
    assert (plain.hostnames, plain.log_level, plain.log_questions) == ((), "INFO", False)
    for name, value in (("BAOGAO_LOG_LEVEL", "loud"), ("BAOGAO_LOG_QUESTIONS", "yes")):
        with pytest.raises(SettingError, match=name):
            Settings.from_env({name: value}, home=tmp_path)
