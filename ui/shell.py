"""What surrounds the page: its language, and headers that keep the browser from asking anything of anyone else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from ui.texts import LANGUAGES, language_of

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Gradio's front end needs inline scripts and `Function` (templates); nothing may come from or go to another host.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; media-src 'self' blob:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"same-origin"),  # with `no-referrer` a form's own origin would be hidden from the gate
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
)

# Gradio takes the language from the browser and knows no other way; the page's own language decides instead.
# And where a session has ended, the server leads to the log-in.
LANGUAGE = b"""<script>
(() => {
  const chosen = document.documentElement.lang;
  Object.defineProperty(navigator, "language", { get: () => chosen });
  Object.defineProperty(navigator, "languages", { get: () => [chosen] });
  const ask = window.fetch;
  window.fetch = async (...what) => {
    const answer = await ask(...what);
    if (answer.status === 401) location.reload();
    return answer;
  };
})();
</script>"""


class Shell:
    """ASGI middleware: adds `HEADERS` to every response and the chosen language to the page itself."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        page: MutableMapping[str, Any] | None = None
        body = b""

        async def dress(message: MutableMapping[str, Any]) -> None:
            nonlocal page, body
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS]
                if _is_page(message["headers"]):
                    page = message
                    return
            elif page is not None and message["type"] == "http.response.body":
                body += message.get("body", b"")
                if message.get("more_body"):
                    return
                body = in_language(body, _language(scope))
                length = (b"content-length", str(len(body)).encode())
                page["headers"] = [h for h in page["headers"] if h[0].lower() != b"content-length"] + [length]
                await send(page)
                message = {"type": "http.response.body", "body": body}
            await send(message)

        await self.app(scope, receive, dress)


def in_language(page: bytes, language: str) -> bytes:
    """The HTML page with its language named and told to gradio's own scripts."""
    name = LANGUAGES[language].encode()
    page = page.replace(b'lang="en"', b'lang="' + name + b'"', 1)
    return page.replace(b"<head>", b"<head>" + LANGUAGE, 1)


def _is_page(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(key.lower() == b"content-type" and value.startswith(b"text/html") for key, value in headers)


def _language(scope: Scope) -> str:
    for key, value in scope["headers"]:
        if key == b"cookie":
            try:
                cookies = SimpleCookie(value.decode("latin-1"))
            except CookieError:
                return language_of({})
            return language_of({name: morsel.value for name, morsel in cookies.items()})
    return language_of({})
