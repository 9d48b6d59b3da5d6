"""Serving the chat: where it may listen, the samples of a new library, the address."""

from __future__ import annotations

import errno
import multiprocessing
import signal
import socket
import threading
from argparse import Namespace
from contextlib import suppress
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from rag.errors import BaogaoError, LibraryError, SettingError
from rag.settings import Settings
from ui.printing import complain

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.library import Library


def serve(args: Namespace, settings: Settings) -> int:
    """Open the chat in the browser until it is interrupted."""
    check_host(args.host, auth=bool(args.auth), open=args.open)
    check_port(args.host, args.port)
    from rag.assistant import Assistant
    from rag.library import Library
    from ui import app, logs
    from ui.accounts import Accounts, Role

    accounts = Accounts(Path(args.auth).expanduser()) if args.auth else None
    if accounts and not accounts.users():
        raise SettingError(f"用户文件 {args.auth} 里没有用户", "先用 baogao user add 添加")
    with Library.open(settings) as library:
        logs.start(settings)
        assistant = Assistant(library, settings)
        signal.signal(signal.SIGTERM, _interrupt)
        if not args.no_samples and not library.files():
            add_samples(library)
        else:
            threading.Thread(target=warm_up, args=(assistant,), daemon=True).start()
        app.serve(
            assistant,
            library,
            settings,
            host=args.host,
            port=args.port,
            accounts=accounts,
            anonymous=Role.READER if accounts and args.open else None,
            mcp=args.mcp,
            on_ready=lambda url: _print_address(url, args),
        )
    return 0


def check_host(host: str, *, auth: bool, open: bool) -> None:
    """Raise SettingError for an address that other machines can reach, unless that was thought of."""
    if not (_is_loopback(host) or auth or open):
        raise SettingError(
            f"--host {host} 会让别的机器也能访问，所以要说明谁可以用",
            "用 --auth FILE 要求登录（baogao user add 建立用户），或用 --open 让人人可用；只在本机使用就去掉 --host",
        )


def check_port(host: str, port: int) -> None:
    """Raise SettingError where the port is taken, before anything slow is done."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = "已被占用" if error.errno == errno.EADDRINUSE else f"不能使用（{error.strerror}）"
            raise SettingError(f"{host} 的端口 {port} {why}", "关掉占用它的程序，或用 --port 换一个") from error


def add_samples(library: Library) -> None:
    """Put the packaged sample reports into an empty library, and say so."""
    from ingest.pipeline import SAMPLES
    from ui.commands import add

    print("资料库是空的，先放入示例报告（虚构，只供试用）……", flush=True)
    if not library.settings.embedding_model:
        _prepare_model(library.settings)
    results = add([SAMPLES], library)
    for result in results:
        if result.status == "failed":
            raise LibraryError(f"示例报告 {result.file} 没有放入：{result.reason}", "加 --no-samples 启动可以不用示例")
    count = sum(result.reports for result in results)
    print(f"已放入示例报告 {count} 份。它们可以随时删除", flush=True)


def _prepare_model(settings: Settings) -> None:
    """Unpack the model in a process of its own while this one imports what runs it: 5 s each, and threads gain nothing.

    What fails there is met again, and said, when the samples are added.
    """
    unpacking = multiprocessing.get_context("spawn").Process(target=_unpack_model, args=(settings,), daemon=True)
    unpacking.start()
    import_module("sentence_transformers")
    unpacking.join()


def _unpack_model(settings: Settings) -> None:
    from rag.modelsource import model_source

    with suppress(BaogaoError):
        model_source(settings).folder()


def warm_up(assistant: Assistant) -> None:
    """Ask something, so that the first visitor need not wait for the model; a fault is said, and met again there."""
    try:
        assistant.ask("有哪些打算？")
    except BaogaoError as error:
        complain(f"出错了：{error}")


def _interrupt(*_: object) -> NoReturn:
    """End on SIGTERM as on Ctrl+C, with everything closed."""
    raise KeyboardInterrupt


def _print_address(url: str, args: Namespace) -> None:
    if args.open:
        may = "提问；添加、更正和移出报告要登录" if args.auth else "提问，也能添加、更正和移出报告"
        print(f"注意：按 --open，能连到这台机器的人不用登录就能{may}")
    print(f"请在浏览器里打开 {url}（按 Ctrl+C 停止）", flush=True)
    if args.mcp:
        print(f"MCP 地址：{url}gradio_api/mcp/", flush=True)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
