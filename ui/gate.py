"""The gate before the page: every request is from a known host and page, by somebody who may make it, and not too big.

Gradio's own log-in guards only some of its addresses (not `cancel`, `heartbeat`, `stream` or the MCP server) and knows
no roles; so this stands before all of them.
"""

from __future__ import annotations

import json
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from ui.access import API, UPLOAD_PATH, holds_remote_file, needed
from ui.accounts import Role, Visitor
from ui.login import Desk, wants_page
from ui.texts import Say, language_of

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

BODY = 4 * 2**20
"""Bytes of a request other than an upload; a conversation that a browser keeps takes up to 2 MB."""
UPLOADS = 512 * 2**20
"""Bytes of one upload of several files."""
ROOM = 10_000
"""Gradio sessions whose owner is known; the oldest go first."""

log = logging.getLogger(__name__)


class Gate:
    """ASGI middleware; `hosts` are the names, besides IP addresses, under which this server may be addressed."""

    def __init__(self, app: App, *, desk: Desk, hosts: Collection[str]) -> None:
        self._app = app
        self._desk = desk
        self._hosts = frozenset(host.lower() for host in hosts)
        self._owners: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope, receive)
            try:
                response, receive = await self._admit(request, receive)
            except HTTPException as refused:
                response = _refusal(request, refused)
            if response is not None:
                await response(scope, receive, send)
                return
        elif scope["type"] != "lifespan":  # the page has no web sockets
            return
        await self._app(scope, receive, send)

    async def _admit(self, request: Request, receive: Receive) -> tuple[Response | None, Receive]:
        """The gate's own answer, or None and what the page is to receive. Raises HTTPException."""
        method, path = request.method, request.url.path
        self._check_origin(request)
        upload = path == UPLOAD_PATH
        receive = _limited(receive, UPLOADS if upload else BODY)
        if path.rstrip("/") in ("/login", "/logout"):
            return await self._desk.serve(Request(request.scope, receive)), receive
        role = needed(method, path)
        if role is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "没有这个地址")
        visitor = await self._desk.visitor(request)
        if visitor.role < role:
            if visitor.name or visitor.role > Role.VISITOR:
                log.warning("refused", extra={"user": visitor.name, "path": path})
                raise HTTPException(HTTPStatus.FORBIDDEN, Say(language_of(request.cookies))("editors_only"))
            if method == "GET" and wants_page(request):
                return RedirectResponse("./login", HTTPStatus.SEE_OTHER), receive
            raise HTTPException(HTTPStatus.UNAUTHORIZED, "请先登录")
        request.scope["user"] = visitor
        self._check_owner(request.query_params.get("session_hash"), visitor)
        if path.startswith(f"{API}/heartbeat/"):
            self._check_owner(path.rsplit("/", 1)[1], visitor)
        if method == "POST" and not upload:
            receive = await self._checked_body(receive, visitor)
        return None, receive

    def _check_origin(self, request: Request) -> None:
        """No other site's script may reach this server, neither by a name of its own for it nor by a form."""
        host = request.headers.get("host", "").lower()
        if not self._is_known(host):
            raise HTTPException(
                HTTPStatus.MISDIRECTED_REQUEST,
                "不能用这个主机名访问：换成 IP 地址或 localhost，或把它写进 BAOGAO_HOSTNAMES 后重新启动",
            )
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host:
            raise HTTPException(HTTPStatus.FORBIDDEN, "请求来自别的网站")

    def _is_known(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in self._hosts:
            return True
        try:
            ip_address(name)
        except ValueError:
            return False
        return True

    async def _checked_body(self, receive: Receive, visitor: Visitor) -> Receive:
        """The same request, its body read and looked through."""
        parts, more = [], True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise HTTPException(HTTPStatus.BAD_REQUEST, "请求没有发完")
            parts.append(message.get("body", b""))
            more = message.get("more_body", False)
        body = b"".join(parts)
        try:
            data = json.loads(body) if body else None
        except (ValueError, RecursionError) as error:
            raise HTTPException(HTTPStatus.BAD_REQUEST, "请求不是 JSON") from error
        if holds_remote_file(data):
            raise HTTPException(HTTPStatus.BAD_REQUEST, "不从别的服务器取文件")
        if isinstance(data, dict):
            self._check_owner(data.get("session_hash"), visitor)
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def again() -> Message:
            return whole.pop() if whole else await receive()

        return again

    def _check_owner(self, session: Any, visitor: Visitor) -> None:
        """What a page has under way and on show belongs to whoever opened it."""
        if not isinstance(session, str):
            return
        owner = self._owners.setdefault(session, visitor.name)
        self._owners.move_to_end(session)
        if len(self._owners) > ROOM:
            self._owners.popitem(last=False)
        if owner != visitor.name:
            log.warning("refused", extra={"user": visitor.name, "path": "session of another"})
            raise HTTPException(HTTPStatus.FORBIDDEN, "这是别人的会话")


def _limited(receive: Receive, limit: int) -> Receive:
    """The same, but no more than `limit` bytes: HTTPException 413 inside whoever reads on."""
    count = 0

    async def counted() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count > limit:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"内容超过 {limit // 2**20} MB")
        return message

    return counted


def _refusal(request: Request, refused: HTTPException) -> Response:
    """For a person a sentence, for a program JSON."""
    if wants_page(request):
        return Response(refused.detail, refused.status_code, refused.headers, "text/plain; charset=utf-8")
    return JSONResponse({"error": refused.detail, "detail": refused.detail}, refused.status_code, refused.headers)
