"""Who may do what: every address and every function of the running page, tried by a visitor, a reader and an editor."""

from __future__ import annotations

import ast
import asyncio
import base64
import itertools
import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from housed import PASSWORDS, House, house
from serving import ARTEFACTS

from ui import gate, logs

WHO = {"visitor": "", "reader": "读者甲", "editor": "编辑"}

# Every address of the running page. What an update of gradio adds must be entered here, and does not exist until it is
# entered in ui/access.py.
ANYBODY = """
GET /favicon.ico   GET /gradio_api/startup-events   GET /login   POST /login   POST /login/
"""
READERS = """
GET /   HEAD /   GET /assets/{path:path}   GET /config   GET /config/   POST /gradio_api/api/{api_name}
POST /gradio_api/api/{api_name}/   GET /gradio_api/app_id   GET /gradio_api/app_id/
POST /gradio_api/call/v2/{api_name}   POST /gradio_api/call/v2/{api_name}/
GET /gradio_api/call/v2/{api_name}/{event_id}   POST /gradio_api/call/{api_name}   POST /gradio_api/call/{api_name}/
GET /gradio_api/call/{api_name}/{event_id}   POST /gradio_api/cancel   GET /gradio_api/heartbeat/{session_hash}
GET /gradio_api/info   GET /gradio_api/info/   GET /gradio_api/login_check   GET /gradio_api/login_check/
GET /gradio_api/mcp/   POST /gradio_api/mcp/   GET /gradio_api/queue/data
POST /gradio_api/queue/join   GET /gradio_api/queue/status   POST /gradio_api/reset   POST /gradio_api/reset/
POST /gradio_api/run/{api_name}   POST /gradio_api/run/{api_name}/   GET /gradio_api/theme.css   GET /manifest.json
GET /static/{path:path}   GET /svelte/{path:path}   GET /theme.css
"""
EDITORS = """
POST /gradio_api/upload   GET /gradio_api/upload_progress
"""
NOBODY = """
DELETE /gradio_api/mcp/
POST /gradio_api/component_server   POST /gradio_api/component_server/
GET /gradio_api/custom_component/{id}/{environment}/{type}/{file_name}   GET /gradio_api/deep_link
GET /gradio_api/dev/reload   GET /gradio_api/file/{path:path}   GET /gradio_api/file={path_or_url:path}
HEAD /gradio_api/file={path_or_url:path}   DELETE /gradio_api/mcp/messages/   GET /gradio_api/mcp/messages/
POST /gradio_api/mcp/messages/   GET /gradio_api/mcp/schema   HEAD /gradio_api/mcp/schema   GET /gradio_api/mcp/sse
HEAD /gradio_api/mcp/sse   GET /gradio_api/openapi.json   POST /gradio_api/process_recording
GET /gradio_api/proxy={url_path:path}   HEAD /gradio_api/proxy={url_path:path}   GET /gradio_api/runs
GET /gradio_api/runs/   POST /gradio_api/stream/{event_id}   POST /gradio_api/stream/{event_id}/close
GET /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file
GET /gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8
GET /gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext}   GET /gradio_api/token
GET /gradio_api/token/   POST /gradio_api/undo-vibe-edit   POST /gradio_api/undo-vibe-edit/   GET /gradio_api/user
GET /gradio_api/user/   GET /gradio_api/vibe-code   POST /gradio_api/vibe-code   GET /gradio_api/vibe-code/
POST /gradio_api/vibe-code/   POST /gradio_api/vibe-edit   POST /gradio_api/vibe-edit/
POST /gradio_api/vibe-starter-queries   POST /gradio_api/vibe-starter-queries/   GET /logout   GET /monitoring
GET /monitoring/summary   GET /monitoring/{key}   GET /openapi.json   HEAD /openapi.json   GET /pwa_icon
GET /pwa_icon/{size}   GET /robots.txt
"""

# What the page's parts and the doors for programs call.
WRITING = {"Shelf.add", "Reading.correct", "Reading.discard"}
READING = {
    *("Conversation.submit", "Conversation.example", "Conversation.retry", "Conversation.edit", "Conversation.halt"),
    *("Conversation.start", "Conversation.store", "Conversation.pick", "Conversation.choose", "Conversation.restore"),
    *("Conversation.show", "Conversation.instead", "Rating.judge", "Rating.explain", "Rating.wire.<locals>.<lambda>"),
    *("ScopeBar.choices", "ScopeBar.name", "ScopeBar.pin", "ScopeBar.wire.<locals>.<lambda>"),
    *("Reading.open", "Reading.limit", "Reading.empty", "Reading.wire.<locals>.<lambda>"),
    *("Shelf.show", "Shelf.rows", "Shelf.find", "Shelf.tell"),
    *("offer", "open_doors.<locals>.ask", "open_doors.<locals>.reports", "open_doors.<locals>.show"),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("access")) as served:
        yield served


@pytest.fixture(scope="module")
def clients(site: House) -> dict[str, httpx.Client]:
    return {who: site.client(name) for who, name in WHO.items()}


def entries(table: str) -> set[tuple[str, str]]:
    words = table.split()
    return set(zip(words[::2], words[1::2], strict=True))


def addresses(routes: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """`(method, path)` of everything that the running app knows."""
    for route in routes:
        inner: Any = getattr(route, "original_router", None) or getattr(route, "app", None)
        if getattr(inner, "routes", None) and not hasattr(route, "methods"):
            yield from addresses(inner.routes, prefix + getattr(route, "path", ""))
        else:
            for method in getattr(route, "methods", None) or ("GET", "POST", "DELETE"):
                yield method, prefix + route.path + ("" if hasattr(route, "methods") else "/")


def outcome(client: httpx.Client, method: str, path: str) -> str:
    """`yes`, `log in`, `no` or `-` (no such address)."""
    filled = re.sub(r"\{\w+(:path)?\}", secrets.token_hex(4), path)
    if path.endswith(("queue/data", "upload_progress")):
        filled += f"?session_hash={secrets.token_hex(4)}&upload_id=x"
    with client.stream(method, filled, headers={"accept": "application/json"}) as response:
        if response.status_code == 405 or (response.status_code == 404 and "没有这个地址" in response.read().decode()):
            return "-"
        if response.status_code == 404 and method == "HEAD":
            return "-"
        return {401: "log in", 429: "log in", 403: "no"}.get(response.status_code, "yes")


def test_every_address(site: House, clients: dict[str, httpx.Client]) -> None:
    app: Any = site.page.server_app
    running = {(method, path) for method, path in addresses(app.routes)} | {("GET", "/login")}
    expected = {
        **dict.fromkeys(entries(ANYBODY), ("yes", "yes", "yes")),
        **dict.fromkeys(entries(READERS), ("log in", "yes", "yes")),
        **dict.fromkeys(entries(EDITORS), ("log in", "no", "yes")),
        **dict.fromkeys(entries(NOBODY), ("-", "-", "-")),
    }
    assert running == set(expected), "enter new addresses in this table, and in ui/access.py what is needed of them"
    for path in ("/login", "/login/"):
        expected["POST", path] = ("log in", "log in", "log in")  # what comes of a log-in without a name
    rows = []
    for method, path in sorted(expected, key=lambda entry: entry[::-1]):
        tried = tuple(outcome(client, method, path) for client in clients.values())
        assert tried == expected[method, path], (method, path)
        rows.append((f"{method} `{path}`", *tried))
    keep("addresses", rows)


def keep(name: str, rows: list[tuple[str, ...]]) -> None:
    """Keep a table outside git, for people to read."""
    ARTEFACTS.mkdir(exist_ok=True)
    lines = ["| | visitor | reader | editor |", "|---|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    (ARTEFACTS / f"access-{name}.md").write_text("\n".join(lines) + "\n", "utf-8")


NUMBERS = itertools.count()


def call(client: httpx.Client, fn: Any, data: list[Any] | None = None, session: str = "") -> tuple[int, str]:
    """Status, and what came of calling a function of the page through the queue."""
    session = session or f"s{next(NUMBERS)}"
    body = {
        "fn_index": fn._id,
        "session_hash": session,
        "data": data or [None] * len(fn.inputs),
        "event_data": {},
        "trigger_id": None,
    }
    joined = client.post("/gradio_api/queue/join", json=body)
    if joined.status_code != 200:
        return joined.status_code, joined.text
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as events:
        said = ""
        for line in events.iter_lines():
            said += line
            if line.startswith("data: ") and json.loads(line[6:])["msg"] == "process_completed":
                return 200, said
    raise AssertionError(f"no end of {fn.name}")


def name_of(fn: Any) -> str:
    return fn.fn.__qualname__


def functions(site: House) -> dict[str, Any]:
    """The functions behind the page's parts, one for each name."""
    return {name_of(fn): fn for fn in site.page.fns.values() if fn.fn is not None}


def test_every_function_of_the_page(site: House, clients: dict[str, httpx.Client]) -> None:
    found = functions(site)
    assert set(found) == READING | WRITING, "say in this table who may call it; what writes begins with must_edit()"
    before = library_of(site)
    rows = []
    for name in sorted(READING):
        tried = [call(client, found[name]) for client in clients.values()]
        assert [status for status, _ in tried] == [401, 200, 200], name
        assert not any("只有编辑" in text for _, text in tried), name
        rows.append((f"`{name}`", "log in", "yes", "yes"))
    for name in sorted(WRITING):
        tried = [call(clients[who], found[name]) for who in ("visitor", "reader")]
        assert [status for status, _ in tried] == [401, 200], name
        assert "只有编辑" in tried[1][1], name
        direct = clients["reader"].post(
            "/gradio_api/run/predict", json={"fn_index": found[name]._id, "data": [None] * len(found[name].inputs)}
        )
        assert direct.status_code in (404, 500), name
        rows.append((f"`{name}`", "log in", "no", "yes"))
    assert library_of(site) == before
    keep("functions", rows)


def library_of(site: House) -> list[Any]:
    return [*site.library.reports(), *(file.name for file in site.library.files())]


def test_an_editor_adds_corrects_and_removes(site: House, clients: dict[str, httpx.Client]) -> None:
    found, client = functions(site), clients["editor"]
    text = "水利局2024年工作总结\n一、工作成效\n全年建成提灌站3座。\n二、下一步打算\n再建5座。".encode()
    (path,) = client.post("/gradio_api/upload", files={"files": ("水利局.txt", text)}).json()
    upload = {"path": path, "orig_name": "水利局.txt", "meta": {"_type": "gradio.FileData"}}
    assert "已加入" in call(client, found["Shelf.add"], [[upload], []])[1]
    (report,) = [r for r in site.library.reports() if r.file == "水利局.txt"]
    session = "editing"
    data = [report.id, "改过的标题", "水利局", "2024", "2025"]
    # The open report is kept by the server for each page; one that was never opened changes nothing.
    call(client, found["Reading.correct"], data, session)
    assert site.library.report(report.id).report.title == report.title
    opened = {"fn_index": found["Reading.open"]._id, "session_hash": session, "data": [], "trigger_id": None}
    opened["event_data"] = {"act": "open", "report": report.id}
    client.post("/gradio_api/queue/join", json=opened)
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as events:
        assert any("process_completed" in line for line in events.iter_lines())
    call(client, found["Reading.correct"], data, session)
    assert site.library.report(report.id).report.title == "改过的标题"
    call(client, found["Reading.discard"], [report.id], session)
    assert report.id not in {r.id for r in site.library.reports()}


def test_what_one_has_on_show_is_not_for_another(site: House, clients: dict[str, httpx.Client]) -> None:
    mine, other = clients["reader"], site.client("读者乙")
    ask = functions(site)["Conversation.submit"]
    status, answer = call(mine, ask, ["交通局有哪些打算？", None, None, [], [], []], "my-page")
    assert status == 200
    assert "客运站" in answer or "明年计划" in answer
    for refused in (
        call(other, ask, None, "my-page"),
        (other.get("/gradio_api/queue/data", params={"session_hash": "my-page"}).status_code, ""),
        (other.get("/gradio_api/heartbeat/my-page").status_code, ""),
        (
            other.post(
                "/gradio_api/cancel", json={"session_hash": "my-page", "fn_index": 0, "event_id": "e"}
            ).status_code,
            "",
        ),
    ):
        assert refused[0] == 403
    again = call(mine, functions(site)["Conversation.retry"], None, "my-page")
    assert again[0] == 200


def test_opinions_are_for_editors(site: House, clients: dict[str, httpx.Client]) -> None:
    site.library.rate("谁问的？", "答", False, "不好")
    tell = functions(site)["Shelf.tell"]
    assert "谁问的" not in call(clients["reader"], tell)[1]
    assert "谁问的" in call(clients["editor"], tell)[1]


def test_nothing_is_fetched_for_anybody(site: House, clients: dict[str, httpx.Client], tmp_path: Path) -> None:
    client = clients["editor"]
    (uploaded,) = client.post("/gradio_api/upload", files={"files": ("名.txt", b"text")}).json()
    for path in (site.library.settings.home / "library.sqlite", site.accounts, "/etc/passwd", uploaded, __file__):
        for form in (f"/gradio_api/file={path}", f"/gradio_api/file/{path}", f"/gradio_api/file=..%2f..%2f{path}"):
            assert client.get(form).status_code == 404
    for form in (
        "/static/../../../../etc/passwd",
        "/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%2f..%2findex.html",
    ):
        raw = client.build_request("GET", "/", extensions={"target": form.encode()})
        assert client.send(raw).status_code in (403, 404)
    add = functions(site)["Shelf.add"]
    for wanted in ("http://127.0.0.1:1/x", "https://example.com/x", "HTTP://example.com"):
        upload = {"path": wanted, "meta": {"_type": "gradio.FileData"}}
        assert call(client, add, [[upload], []])[0] == 400
    home = {"path": str(site.library.settings.home / "library.sqlite"), "meta": {"_type": "gradio.FileData"}}
    assert "已加入" not in call(client, add, [[home], []])[1]
    assert [file.name for file in site.library.files()] == ["两局.txt"]


def test_uploads_are_limited(site: House, clients: dict[str, httpx.Client], monkeypatch: pytest.MonkeyPatch) -> None:
    client = clients["editor"]
    (path,) = client.post("/gradio_api/upload", files={"files": ("多.txt", b"text")}).json()
    upload = {"path": path, "meta": {"_type": "gradio.FileData"}}
    assert "一次最多添加 100 个文件" in call(client, functions(site)["Shelf.add"], [[upload] * 101, []])[1]
    monkeypatch.setattr(gate, "UPLOADS", 1_000_000)
    assert client.post("/gradio_api/upload", files={"files": ("大.txt", b"x" * 2_000_000)}).status_code == 413
    assert client.post("/gradio_api/queue/join", content=b" " * (gate.BODY + 1)).status_code == 413


@pytest.mark.usefixtures("own_logs")
def test_a_key_is_nowhere(tmp_path: Path) -> None:
    key = "sk-0123456789abcdef"
    env = {"BAOGAO_LLM_BASE_URL": "http://127.0.0.1:9/v1", "BAOGAO_LLM_MODEL": "m", "BAOGAO_LLM_API_KEY": key}
    with house(tmp_path, auth=False, env=env) as served, served.client() as client:
        file = logs.start(served.library.settings)
        found = functions(served)
        seen = [client.get(path).text for path in ("/", "/config", "/gradio_api/info")]
        seen += [call(client, found[name])[1] for name in sorted(READING)]
        asked = call(client, found["Conversation.submit"], ["交通局有哪些打算？", None, None, [], [], []])[1]
        assert "摘录模式" in asked
        assert "Answering without the model" in file.read_text("utf-8")
        assert not [text for text in (*seen, asked, file.read_text("utf-8")) if key in text]


def basic(name: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{PASSWORDS[name]}".encode()).decode()}


async def tools(address: str, headers: dict[str, str]) -> tuple[list[str], list[str]]:
    """What a real MCP client finds, and what it gets from each."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async with (
        httpx.AsyncClient(headers=headers, timeout=60) as http,
        streamable_http_client(f"{address}gradio_api/mcp/", http_client=http) as (read, write, _),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        names = sorted(tool.name for tool in (await session.list_tools()).tools)
        listed = await session.call_tool("reports", {})
        report = ast.literal_eval(getattr(listed.content[0], "text", ""))[0]  # gradio's own way of writing it
        shown = await session.call_tool("show", {"report": report["id"]})
        answer = await session.call_tool("ask", {"question": f"{report['org']}有哪些打算？"})
        return names, [str(result.content) for result in (listed, shown, answer)]


@pytest.mark.parametrize("who", ["reader", "editor"])
def test_mcp_with_a_log_in(site: House, who: str) -> None:
    names, results = asyncio.run(tools(site.address, basic(WHO[who])))
    assert names == ["ask", "reports", "show"]
    assert "两局.txt" in results[0]
    assert "outline" in results[1]
    assert "[1]" in results[2]


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer x"}, {"x-gradio-user": "mcp"}])
def test_mcp_without_one(site: House, headers: dict[str, str]) -> None:
    with pytest.raises(BaseExceptionGroup) as refused:
        asyncio.run(tools(site.address, headers))
    assert "401" in str(refused.value.exceptions) or refused.group_contains(httpx.HTTPStatusError)


def test_programs_log_in(site: House) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AuthenticationError

    client = Client(site.address, auth=("读者甲", PASSWORDS["读者甲"]), verbose=False)
    assert "[1]" in client.predict("交通局有哪些打算？", api_name="/ask")["answer"]
    with pytest.raises(AuthenticationError):
        Client(site.address, auth=("读者甲", "guess"), verbose=False)
