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
from typing import TYPE_CHECKING, NoReturn

from rag.errors import BaogaoError, LibraryError, SettingError
from rag.settings import Settings
from ui.printing import complain

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.library import Library


def serve(args: Namespace, settings: Settings) -> int:
    """Open the chat in the browser until it is interrupted."""
    check_host(args.host)
    check_port(args.host, args.port)
    from rag.assistant import Assistant
    from rag.library import Library
    from ui import app

    with Library.open(settings) as library:
        assistant = Assistant(library, settings)
        signal.signal(signal.SIGTERM, _interrupt)
        if not args.no_samples and not library.files():
            add_samples(library)
        else:
            threading.Thread(target=warm_up, args=(assistant,), daemon=True).start()
        app.serve(assistant, library, settings, host=args.host, port=args.port, on_ready=_print_address)
    return 0


def check_host(host: str) -> None:
    """Raise SettingError for an address that other machines can reach."""
    if not _is_loopback(host):
        raise SettingError(
            f"--host {host} 会让别的机器也能访问，而这一版还没有登录验证，所以没有启动",
            "去掉 --host，只在本机使用；要从另一台机器使用，可以用 SSH 端口转发",
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


def _print_address(url: str) -> None:
    print(f"请在浏览器里打开 {url}（按 Ctrl+C 停止）", flush=True)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
