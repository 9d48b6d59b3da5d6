"""A real HTTP server that speaks the OpenAI chat-completions protocol, streamed, and all that can go wrong with it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Handler = BaseHTTPRequestHandler
Act = Callable[[Handler], None]
"""What the server does with a request whose body has been read."""


@dataclass(slots=True)
class LLMServer:
    """Serves on a free port of this machine; `act` may be changed between requests."""

    act: Act
    requests: list[dict[str, Any]] = field(default_factory=list)
    """Bodies of the requests, parsed, each with its `path` and `headers`."""
    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> LLMServer:
        outer = self

        class _Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests.append({**body, "path": self.path, "headers": dict(self.headers)})
                self.close_connection = True
                try:
                    outer.act(self)
                except (BrokenPipeError, ConnectionResetError):
                    return  # the reader has gone

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def prompt(self) -> str:
        """The text of the last request's messages."""
        return "\n\n".join(message["content"] for message in self.requests[-1]["messages"])


# --- what it can do ---


def replies(text: str, *, size: int = 5, pause: float = 0.0, finish: str | None = "stop") -> Act:
    """Streams a text in pieces of so many characters, as a chat model does."""

    def act(handler: Handler) -> None:
        _begin(handler)
        for chunk in _chunks(text, size):
            _event(handler, chunk)
            time.sleep(pause)
        if finish:
            _event(handler, _chunk({}, finish))
        handler.wfile.write(b"data: [DONE]\n\n")

    return act


def refuses(status: int, message: str = "no", **headers: str) -> Act:
    """Answers with an error, as OpenAI words it."""

    def act(handler: Handler) -> None:
        body = json.dumps({"error": {"message": message, "type": "error", "code": status}}).encode()
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return act


def sleeps(seconds: float) -> Act:
    """Takes the request and says nothing for a while."""
    return lambda handler: time.sleep(seconds)


def drips(seconds: float, *, comment: bool) -> Act:
    """Sends something all the time but never an end: comment lines that keep a connection alive, or empty pieces."""

    def act(handler: Handler) -> None:
        _begin(handler)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            handler.wfile.write(b": wait\n\n" if comment else _sse(_chunk({"content": "慢"})))
            handler.wfile.flush()
            time.sleep(0.05)

    return act


def breaks_off(text: str) -> Act:
    """Streams a text and then closes the connection, without saying that it is at its end."""

    def act(handler: Handler) -> None:
        _begin(handler)
        for chunk in _chunks(text, 5):
            _event(handler, chunk)

    return act


def breaks_a_promise(text: str) -> Act:
    """Streams a text, but closes the connection before the length that it announced."""

    def act(handler: Handler) -> None:
        _begin(handler, **{"Content-Length": "1000000"})
        for chunk in _chunks(text, 5):
            _event(handler, chunk)

    return act


def sends(raw: bytes, content_type: str = "text/event-stream") -> Act:
    """Sends bytes as they are."""

    def act(handler: Handler) -> None:
        _begin(handler, **{"Content-Type": content_type, "Content-Length": str(len(raw))})
        handler.wfile.write(raw)

    return act


def fails_midway(text: str) -> Act:
    """Streams a text and then an error event, as vLLM does when it runs out of memory."""

    def act(handler: Handler) -> None:
        _begin(handler)
        for chunk in _chunks(text, 5):
            _event(handler, chunk)
        _event(handler, {"error": {"message": "out of memory", "type": "server_error", "code": 500}})

    return act


def reasons_apart(reasoning: str, text: str) -> Act:
    """Streams reasoning in a field of its own, as DeepSeek and vLLM do, and then the text."""

    def act(handler: Handler) -> None:
        _begin(handler)
        _event(handler, _chunk({"role": "assistant", "content": None, "reasoning_content": reasoning}))
        for chunk in _chunks(text, 5):
            _event(handler, chunk)
        _event(handler, _chunk({}, "stop"))
        handler.wfile.write(b"data: [DONE]\n\n")

    return act


# --- the protocol ---


def _chunks(text: str, size: int) -> Iterator[dict[str, Any]]:
    yield _chunk({"role": "assistant", "content": ""})
    for start in range(0, len(text), size):
        yield _chunk({"content": text[start : start + size]})


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 0, "model": "test", "choices": [choice]}


def _begin(handler: Handler, **headers: str) -> None:
    handler.send_response(200)
    for name, value in {"Content-Type": "text/event-stream", "Connection": "close", **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()


def _event(handler: Handler, data: dict[str, Any]) -> None:
    handler.wfile.write(_sse(data))
    handler.wfile.flush()


def _sse(data: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
