"""Copies of the library: into a file, and out of it."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from rag.settings import Settings
from ui import printing


def backup(args: Namespace, settings: Settings) -> int:
    """Write the library to a file; may run beside the chat."""
    from rag import backup

    manifest = backup.backup(settings, Path(args.file))
    size = Path(args.file).stat().st_size / 2**20
    print(f"已备份 {manifest.files} 个文件、{manifest.reports} 份报告到 {args.file}（{size:.1f} MB）")
    return 0


def restore(args: Namespace, settings: Settings) -> int:
    """Put a backup into an empty home and rebuild the indexes; status 1 if something is wrong in the end."""
    from rag import backup
    from rag.library import Library

    manifest = backup.restore(settings, Path(args.file))
    with Library.open(settings, for_repair=True) as library:
        try:
            library.repair(lambda done, total: printing.step("重新生成向量", done, total))
        finally:
            printing.end_progress()
        problems = library.check()
    for problem in problems:
        printing.complain(problem)
    print(f"已恢复 {manifest.files} 个文件、{manifest.reports} 份报告（{manifest.created} 的备份）到 {settings.home}")
    return 1 if problems else 0
