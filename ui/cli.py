"""`baogao`: reads the command line, runs the command, and turns failures into one line and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper

from rag.errors import BaogaoError
from ui.parser import build

FAILED, INTERRUPTED = 1, 130

# Where each command is; loaded when it is run.
COMMANDS = {
    "serve": ("ui.service", "serve"),
    "ingest": ("ui.commands", "ingest"),
    "ask": ("ui.commands", "ask"),
    "reports": ("ui.commands", "reports"),
    "show": ("ui.commands", "show"),
    "remove": ("ui.commands", "remove"),
    "eval": ("ui.commands", "evaluate"),
    "feedback": ("ui.commands", "feedback"),
    "doctor": ("ui.doctor", "doctor"),
    "backup": ("ui.copies", "backup"),
    "restore": ("ui.copies", "restore"),
    "user": ("ui.users", "user"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 all done, 1 something failed, 2 wrong usage (argparse leaves by itself)."""
    # Threads of torch that wait must sleep, not spin: on a machine that does anything else besides, embedding was three
    # times as slow and cost 2.7 times the processor time (100 chunks, 2 cores: 44 s and 25 s, against 15 s and 9 s).
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        try:
            return _run(argv)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone (`| head`): nothing may be written any more, not even by the interpreter's last flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _run(argv: Sequence[str] | None) -> int:
    args = build().parse_args(argv)
    try:
        from rag.settings import Settings

        module, function = COMMANDS[args.command]
        command = getattr(import_module(module), function)
        return command(args, Settings.from_env(home=args.home))
    except KeyboardInterrupt:
        print("\n已中断", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:
        if args.debug:
            raise
        print(_line(error), file=sys.stderr)
        return FAILED


def _line(error: Exception) -> str:
    """One line for the person; what is not a BaogaoError is a fault of the program, and said to be."""
    if isinstance(error, BaogaoError):
        return f"出错了：{error}"
    why = " ".join(f"{type(error).__name__}: {error}".split())
    return f"程序内部出错：{why}。加上 --debug 再运行一次可以看到详情"


if __name__ == "__main__":
    sys.exit(main())
