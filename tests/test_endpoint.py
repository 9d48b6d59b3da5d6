"""The language model's address, played by a real server of the suite's own."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import llm_server as server
import pytest
from llm_server import Act, LLMServer

from rag.endpoint import stream
from rag.errors import GenerationError, SettingError
from rag.settings import Settings

KEY = "sk-very-secret-123"
MESSAGES = [("system", "规则"), ("human", "问题")]


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """Loading the libraries takes longer than the time limits here."""
    import langchain_openai  # noqa: F401


@pytest.fixture
def llm() -> Iterator[LLMServer]:
    with LLMServer(server.replies("好。")) as serving:
        yield serving


def settings(url: str, timeout: float = 5.0) -> Settings:
    return Settings(Path(), llm_base_url=url, llm_model="m", llm_api_key=KEY, llm_timeout=timeout)


def failure(url: str, timeout: float = 5.0) -> str:
    with pytest.raises(GenerationError) as caught:
        list(stream(settings(url, timeout), MESSAGES))
    return str(caught.value)


def test_pieces_come_as_the_model_writes_them(llm: LLMServer) -> None:
    llm.act = server.replies("全年新建公路12公里[1]。", size=4, pause=0.02)
    pieces = list(stream(settings(llm.url), MESSAGES))
    assert "".join(pieces) == "全年新建公路12公里[1]。"
    assert len(pieces) == 4


def test_the_request_is_what_every_compatible_server_understands(
    llm: LLMServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another")
    monkeypatch.setenv("OPENAI_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    list(stream(settings(llm.url), MESSAGES))
    (request,) = llm.requests
    assert request["path"] == "/v1/chat/completions"
    assert request["headers"]["authorization"] == f"Bearer {KEY}"
    body = {name: value for name, value in request.items() if name not in ("path", "headers")}
    assert body == {
        "model": "m",
        "stream": True,
        "temperature": 0.0,
        "messages": [{"role": "system", "content": "规则"}, {"role": "user", "content": "问题"}],
    }


def test_no_other_key_is_sent_where_none_is_set(llm: LLMServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another")
    list(stream(Settings(Path(), llm_base_url=llm.url, llm_model="m"), MESSAGES))
    assert "sk-of-another" not in llm.requests[0]["headers"]["authorization"]


def test_nothing_is_traced_elsewhere(llm: LLMServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        for prefix in ("LANGSMITH", "LANGCHAIN"):
            monkeypatch.setenv(f"{prefix}_TRACING_V2", "true")
            monkeypatch.setenv(f"{prefix}_ENDPOINT", f"http://127.0.0.1:{elsewhere.getsockname()[1]}")
            monkeypatch.setenv(f"{prefix}_API_KEY", "x")
        list(stream(settings(llm.url), MESSAGES))
        elsewhere.settimeout(1)
        with pytest.raises(TimeoutError):
            elsewhere.accept()


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (server.refuses(401, f"Incorrect API key provided: {KEY}"), "模型服务不接受密钥（401）"),
        (server.refuses(403), "模型服务不接受密钥（403）"),
        (server.refuses(404), "模型服务没有这个地址或模型（404）"),
        (server.refuses(429, **{"Retry-After": "30"}), "请求太多或额度已用完（429）"),
        (server.refuses(400, "maximum context length is 4096 tokens"), "不接受这次请求（400）"),
        (server.refuses(500), "模型服务出错（500）"),
        (server.refuses(307, Location="http://127.0.0.1:1/v1"), "要转到别的地址（307）"),
        (server.breaks_off("全年新建"), "中途断了"),
        (server.breaks_a_promise("全年新建"), "中途断了"),
        (server.fails_midway("全年新建"), "中途报错"),
        (server.replies("全年新建", finish=None), "中途断了"),
        (server.replies("全年新建", finish="length"), "长度上限"),
        (server.replies("全年新建", finish="content_filter"), "内容审查"),
        (server.replies("很长" * 30_000, size=5000), "没有尽头"),
        (server.sends(b"<html>hello</html>", "text/html"), "读不懂"),
        (server.sends(b'{"choices": []}', "application/json"), "读不懂"),
        (server.sends(b"data: {oops\n\n"), "读不懂"),
        (server.sends(b"data: [1, 2]\n\n"), "读不懂"),
        (server.sends(b'data: {"choices": null}\n\ndata: [DONE]\n\n'), "读不懂"),
        (server.sends(bytes(range(256)) * 9), "读不懂"),
        (server.sends(b""), "读不懂"),
    ],
)
def test_a_failure_says_what_happened_at_once(llm: LLMServer, act: Act, why: str) -> None:
    llm.act = act
    began = time.monotonic()
    said = failure(llm.url)
    assert why in said
    assert KEY not in said
    assert time.monotonic() - began < 2


def test_nobody_there(llm: LLMServer) -> None:
    assert "连不上模型服务 127.0.0.1:1" in failure("http://127.0.0.1:1/v1")
    assert "连不上模型服务 nowhere.invalid" in failure("http://nowhere.invalid/v1")


@pytest.mark.parametrize("act", [server.sleeps(4), server.drips(4, comment=True), server.drips(4, comment=False)])
def test_the_time_limit_is_for_the_whole_answer(llm: LLMServer, act: Act) -> None:
    llm.act = act
    began = time.monotonic()
    assert "1 秒内没有答完" in failure(llm.url, timeout=1)
    assert time.monotonic() - began < 1.8


def test_the_request_ends_when_the_reader_leaves(llm: LLMServer) -> None:
    llm.act = server.drips(20, comment=False)
    pieces = stream(settings(llm.url, timeout=30), MESSAGES)
    next(pieces)
    pieces.close()  # pyright: ignore[reportAttributeAccessIssue]
    until = time.monotonic() + 3
    while any(t.name == "baogao-llm" for t in threading.enumerate()) and time.monotonic() < until:
        time.sleep(0.02)
    assert not any(t.name == "baogao-llm" for t in threading.enumerate())


def test_the_key_shows_nowhere(llm: LLMServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    used = settings(llm.url)
    list(stream(used, MESSAGES))
    llm.act = server.refuses(401, f"Incorrect API key provided: {KEY}")
    failure(llm.url)
    assert KEY not in caplog.text
    assert KEY not in repr(used)
    with pytest.raises(SettingError) as caught:
        Settings.from_env({"BAOGAO_LLM_API_KEY": KEY + "　", "BAOGAO_LLM_BASE_URL": "x"})
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"BASE_URL": "localhost:11434"}, "BAOGAO_LLM_BASE_URL"),
        ({"BASE_URL": "http://127.0.0.1:11434/v1"}, "BAOGAO_LLM_MODEL"),
        ({"MODEL": "qwen3"}, "BAOGAO_LLM_BASE_URL"),
        ({"API_KEY": "密钥"}, "BAOGAO_LLM_API_KEY"),
        ({"TIMEOUT": "soon"}, "BAOGAO_LLM_TIMEOUT"),
        ({"TIMEOUT": "0"}, "BAOGAO_LLM_TIMEOUT"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(env: dict[str, str], named: str) -> None:
    with pytest.raises(SettingError, match=named):
        Settings.from_env({f"BAOGAO_LLM_{name}": value for name, value in env.items()})


def test_settings_are_read_from_the_environment() -> None:
    env = {"BASE_URL": "http://127.0.0.1:11434/v1", "MODEL": "qwen3:8b", "API_KEY": "k", "TIMEOUT": "12.5"}
    read = Settings.from_env({f"BAOGAO_LLM_{name}": value for name, value in env.items()})
    assert (read.llm_base_url, read.llm_model, read.llm_api_key, read.llm_timeout) == (*list(env.values())[:3], 12.5)
    assert Settings.from_env({}).llm_base_url == ""
