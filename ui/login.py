"""The log-in desk: its page, the check of a password, the session that follows, and log-out."""

from __future__ import annotations

import base64
import binascii
import hmac
import logging
import math
import re
import secrets
from hashlib import sha256
from html import escape
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from rag.errors import SettingError
from ui.accounts import LONGEST_NAME, NOBODY, Accounts, Role, User, Visitor
from ui.sessions import Clock, Sessions, Throttle
from ui.texts import LANGUAGES, Say, language_of

COOKIE = "baogao_session"
CREDENTIALS = 8192
"""Bytes of a log-in form."""
QUEUE = 32
"""Passwords waiting to be checked, one after the other: each takes 64 MB and 0.2 s of processor time."""
HERE = Path(__file__).parent
WORDS = ("title", "what", "login", "login_name", "login_password", "other_language")

log = logging.getLogger(__name__)


class Desk:
    """Knows who makes a request. Without `accounts` everybody is `anonymous`."""

    def __init__(self, accounts: Accounts | None, anonymous: Role, clock: Clock) -> None:
        import anyio

        self._accounts = accounts
        self._anonymous = Visitor("", anonymous)
        self._sessions = Sessions(clock)
        self._secret = secrets.token_bytes(32)
        self._pairs = Throttle(clock, allowed=5)
        # One address or one name with many wrong passwords is an attack, or a whole office behind one address.
        self._addresses = Throttle(clock, allowed=30, longest=60)
        self._names = Throttle(clock, allowed=100, longest=60)
        self._one_at_a_time = anyio.Lock()

    async def visitor(self, request: Request) -> Visitor:
        """Who this is, by cookie or by `Authorization: Basic`, with the role that the file gives them now."""
        if self._accounts is None:
            return self._anonymous
        token = request.cookies.get(COOKIE, "")
        basic = request.headers.get("authorization", "")
        if basic[:6].lower() == "basic ":
            token = hmac.new(self._secret, basic.encode(), sha256).hexdigest()
        return self._known(token) or (await self._introduced(basic, token, request)) or self._anonymous

    def _known(self, token: str) -> Visitor | None:
        found = self._sessions.find(token) if token else None
        if found is None or self._accounts is None:
            return None
        name, stamp = found
        try:
            user = self._accounts.users().get(name)
        except SettingError as error:
            log.error("users", extra={"why": str(error)})
            return NOBODY
        if user is None or user.hash != stamp:  # taken out, or given a new password
            self._sessions.end(token)
            return None
        return Visitor(user.name, user.role)

    async def _introduced(self, basic: str, token: str, request: Request) -> Visitor | None:
        """One who sends name and password with each request (MCP clients, scripts); checked once."""
        if basic[:6].lower() != "basic ":
            return None
        try:
            name, _, password = base64.b64decode(basic[6:], validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise HTTPException(HTTPStatus.UNAUTHORIZED, "Authorization 写得不对") from None
        user = await self._check(name, password, request)
        self._sessions.begin(user.name, user.hash, token)
        return Visitor(user.name, user.role)

    async def _check(self, name: str, password: str, request: Request) -> User:
        """The user; HTTPException 401 for a wrong password, 429 while one has to wait."""
        from anyio import to_thread

        assert self._accounts is not None
        name = name.strip()[: LONGEST_NAME + 1]
        address = request.client.host if request.client else ""
        counts = ((self._pairs, (name, address)), (self._addresses, address), (self._names, name))
        if self._one_at_a_time.statistics().tasks_waiting >= QUEUE:
            raise _wait(1)
        async with self._one_at_a_time:
            wait = max(throttle.wait(key) for throttle, key in counts)
            if wait:
                log.warning("log-in held back", extra={"user": name, "address": address})
                raise _wait(wait)
            try:
                user = await to_thread.run_sync(self._accounts.check, name, password)
            except SettingError as error:
                log.error("users", extra={"why": str(error)})
                raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, "现在不能登录，详情见服务器的日志") from error
            if user is None:
                for throttle, key in counts:
                    throttle.wrong(key)
                log.warning("log-in failed", extra={"user": name, "address": address})
                raise HTTPException(HTTPStatus.UNAUTHORIZED, "wrong")
            self._pairs.right((name, address))
        log.info("logged in", extra={"user": name, "address": address})
        return user

    # The pages.

    async def serve(self, request: Request) -> Response:
        """`GET /login`, `POST /login` and `POST /logout`. Raises HTTPException."""
        if self._accounts is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "这里不用登录")
        leaving = request.url.path.startswith("/logout")
        if request.method == "POST":
            return self._log_out(request) if leaving else await self._log_in(request)
        if request.method != "GET" or leaving:
            raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, "请用页面上的按钮")
        chosen = request.query_params.get("lang", "")
        response = page(Say(chosen if chosen in LANGUAGES else language_of(request.cookies)))
        if chosen in LANGUAGES:
            response.set_cookie("baogao_lang", chosen, max_age=31536000, samesite="lax")
        return response

    async def _log_in(self, request: Request) -> Response:
        say = Say(language_of(request.cookies))
        name, password = await _credentials(request)
        try:
            user = await self._check(name, password, request)
        except HTTPException as refused:
            wrong = refused.status_code == HTTPStatus.UNAUTHORIZED
            seconds = (refused.headers or {}).get("retry-after", "")
            why = say("login_wrong") if wrong else say("login_wait", s=seconds) if seconds else refused.detail
            if wants_page(request):
                return page(say, why, refused.status_code, name)
            return JSONResponse({"error": why, "detail": why}, refused.status_code, refused.headers)
        if wants_page(request):
            response: Response = RedirectResponse("./", HTTPStatus.SEE_OTHER)
        else:
            response = JSONResponse({"success": True})
        response.set_cookie(
            COOKIE,
            self._sessions.begin(user.name, user.hash),
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return response

    def _log_out(self, request: Request) -> Response:
        self._sessions.end(request.cookies.get(COOKIE, ""))
        response = RedirectResponse("./login", HTTPStatus.SEE_OTHER)
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
        return response


def wants_page(request: Request) -> bool:
    """Whether a browser asks for something to show, not a program or script for data."""
    return "text/html" in request.headers.get("accept", "")


async def _credentials(request: Request) -> tuple[str, str]:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > CREDENTIALS:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "内容太长")
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=10)
    return fields.get("username", [""])[0], fields.get("password", [""])[0]


def _wait(seconds: float) -> HTTPException:
    whole = str(math.ceil(seconds))
    return HTTPException(HTTPStatus.TOO_MANY_REQUESTS, f"请 {whole} 秒后再试", {"retry-after": whole})


def page(say: Say, why: str = "", status: int = 200, name: str = "") -> HTMLResponse:
    """The log-in page; nothing in it comes from elsewhere."""
    other = "en" if say.language == "zh" else "zh"
    alert = f'<p role="alert">{escape(why)}</p>' if why else ""
    fills = {
        "lang": LANGUAGES[say.language],
        "alert": alert,
        "name": escape(name),
        "other": other,
        **{key: say.html(key) for key in WORDS},
    }
    html = (HERE / "login.html").read_text("utf-8")
    html = re.sub(r"\{\{(\w+)\}\}", lambda match: fills[match[1]], html)
    return HTMLResponse(html, status, {"cache-control": "no-store"})
