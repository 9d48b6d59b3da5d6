"""The page, put together and served."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import SettingError
from rag.settings import Settings
from ui import texts
from ui.texts import Say

if TYPE_CHECKING:
    import gradio as gr

    from ingest.pipeline import Outcome, Progress
    from ui.accounts import Accounts, Role

UPLOAD = "200mb"
"""Where the server breaks an upload off; the library's own limit comes first and says why in words."""

HERE = Path(__file__).parent
FONTS = ("PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "system-ui", "sans-serif")
"""Only fonts that the visitor's machine has; a Chinese one first on every system."""


def build(assistant: Any, library: Any, settings: Settings, *, mcp: bool = False) -> gr.Blocks:
    """The page as `gr.Blocks`; `assistant` and `library` are those of `rag`; `mcp` adds what MCP clients may call."""
    import gradio as gr

    from ingest.pipeline import SAMPLES, ingest
    from ui.answering import at_a_time
    from ui.chat import Conversation
    from ui.doors import open_doors
    from ui.library import Shelf
    from ui.permission import offer
    from ui.reading import Reading
    from ui.session import QUICK

    i18n = texts.translations()
    answering = at_a_time(settings)
    script = (HERE / "page.js").read_text("utf-8")
    samples = frozenset(hashlib.sha256(file.read_bytes()).hexdigest() for file in SAMPLES.iterdir() if file.is_file())

    def add(files: Sequence[Path], progress: Callable[[Progress], None]) -> list[Outcome]:
        return ingest(files, library, progress=progress)

    with gr.Blocks(
        title=Say("zh")("title"), analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)
    ) as page:
        open_doors(assistant, library, answering, mcp=mcp)  # first: their names are theirs
        saved = gr.BrowserState(None, storage_key="baogao", secret="baogao")
        head = gr.HTML(elem_id="bg-head", js_on_load=script)
        with gr.Row(elem_id="bg-desk"):
            with gr.Column(scale=3, min_width=320, elem_id="bg-talk"):
                talk = Conversation(assistant, library, settings, answering, i18n, script, samples)
            with gr.Column(scale=2, min_width=320, elem_id="bg-side"), gr.Tabs(selected="sources") as tabs:
                with gr.Tab(i18n("tab_sources"), id="sources", elem_id="bg-tab-sources", render_children=True):
                    sources = gr.HTML(elem_id="bg-sources", js_on_load=script)
                with gr.Tab(i18n("tab_read"), id="read", elem_id="bg-tab-read", render_children=True):
                    reading = Reading(library, i18n, script)
                with gr.Tab(i18n("tab_library"), id="library", elem_id="bg-tab-library", render_children=True):
                    shelf = Shelf(library, add, i18n, script, samples)
                with gr.Tab(i18n("tab_history"), id="history", elem_id="bg-tab-history", render_children=True):
                    past = gr.HTML(elem_id="bg-past", js_on_load=script)

        refresh: dict[str, Any] = {
            "fn": shelf.show,
            "inputs": [shelf.search, shelf.sort],
            "outputs": [shelf.holds, shelf.list],
            **QUICK,
        }
        talk.wire(head, sources, saved, past)
        reading.wire(tabs, [shelf.list, shelf.holds, sources], talk.scope.reports, refresh)
        shelf.wire(refresh)

        page.load(talk.restore, saved, [*talk.shown, head, past], **QUICK)
        page.load(reading.empty, None, reading.page, **QUICK)
        page.load(**refresh)
        page.load(offer, None, [shelf.files, reading.editing, shelf.opinions], **QUICK)
        page.load(talk.scope.choices, talk.limits, talk.limits, **QUICK)
    return page


def launch(
    page: gr.Blocks,
    settings: Settings,
    *,
    host: str,
    port: int,
    accounts: Accounts | None = None,
    anonymous: Role | None = None,
    mcp: bool = False,
) -> str:
    """Start serving the page in the background; its address. SettingError where `host` or `port` cannot be used.

    `anonymous` is what may be done without logging in: by default everything where there are no `accounts`, else
    nothing.
    """
    from gradio.themes import Default
    from starlette.middleware import Middleware

    from ui.accounts import Role
    from ui.gate import Gate
    from ui.login import Desk
    from ui.shell import Shell

    if anonymous is None:
        anonymous = Role.VISITOR if accounts else Role.EDITOR
    desk = Desk(accounts, anonymous, time.monotonic)
    hosts = {"localhost", host, socket.gethostname(), *settings.hostnames}
    _bypass_proxies(host)
    theme = Default(
        primary_hue="blue", secondary_hue="blue", neutral_hue="slate", font=FONTS, font_mono=("monospace",)
    ).set(  # darker than gradio's own: white on it, and it on white, must be readable (4.5:1)
        color_accent="*primary_600",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
    )
    try:
        with redirect_stdout(io.StringIO()):  # even when told to be quiet, gradio says where its MCP server is
            _, address, _ = page.launch(
                server_name=f"[{host}]" if ":" in host else host,
                server_port=port,
                prevent_thread_lock=True,
                quiet=True,
                share=False,
                inbrowser=False,
                ssr_mode=False,
                pwa=False,
                mcp_server=mcp,
                run_history=False,
                enable_monitoring=False,
                footer_links=[],
                allowed_paths=[],
                blocked_paths=[str(settings.home)],
                max_file_size=UPLOAD,
                app_kwargs={"middleware": [Middleware(Shell), Middleware(Gate, desk=desk, hosts=hosts)]},
                i18n=texts.translations(),
                theme=theme,
                css_paths=[HERE / "style.css"],
            )
    except OSError as error:
        raise SettingError(
            f"不能在 {host} 的端口 {port} 上启动：端口被占用，或这台机器没有这个地址",
            "用 --port 换一个端口，或停掉占用它的程序",
        ) from error
    return address


def serve(
    assistant: Any,
    library: Any,
    settings: Settings,
    *,
    host: str,
    port: int,
    accounts: Accounts | None = None,
    anonymous: Role | None = None,
    mcp: bool = False,
    on_ready: Callable[[str], None] = print,
) -> None:
    """Serve the page until interrupted; `on_ready` gets the address once it answers.

    With `mcp`, `<address>gradio_api/mcp/` is an MCP server. Raises SettingError where `host`, `port` or `mcp` cannot
    be had.
    """
    if mcp and not find_spec("mcp"):
        raise SettingError("没有安装 MCP 所需的软件包", "用 pip install 'baogao[mcp]' 安装，或去掉 --mcp")
    uploads = tempfile.mkdtemp(prefix="baogao-")  # readable by this user only, unlike gradio's own default
    os.environ["GRADIO_TEMP_DIR"] = uploads
    try:
        page = build(assistant, library, settings, mcp=mcp)
        on_ready(launch(page, settings, host=host, port=port, accounts=accounts, anonymous=anonymous, mcp=mcp))
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
        page.close(verbose=False)
    finally:
        shutil.rmtree(uploads, ignore_errors=True)


def _bypass_proxies(host: str) -> None:
    """Gradio asks its own server whether it is up; a proxy set for the internet must not get in between."""
    for name in ("NO_PROXY", "no_proxy"):
        hosts = [known for known in os.environ.get(name, "").split(",") if known]
        os.environ[name] = ",".join(dict.fromkeys([*hosts, "localhost", "127.0.0.1", "::1", host]))
