"""What is installed, which model, whether the stores agree; and the repair where they do not."""

from __future__ import annotations

import platform
from argparse import Namespace
from typing import TYPE_CHECKING

from rag.settings import Settings
from ui import printing

if TYPE_CHECKING:
    from rag.library import Library

PACKAGES = ("baogao", "torch", "sentence-transformers", "langchain", "chromadb", "tantivy", "jieba", "gradio")


def doctor(args: Namespace, settings: Settings) -> int:
    """Check, and with `--repair` mend; status 1 if something is wrong in the end."""
    from ingest.pipeline import outdated
    from rag.library import Library

    print(printing.facts({**versions(), "资料库": settings.home}))
    with Library.open(settings, for_repair=True) as library:
        size, model = library.size(), library.embedding
        print(f"向量模型 {model.source.name}，{model.dimension} 维")
        print(f"资料库有 {size.files} 个文件、{size.reports} 份报告、{size.chunks} 个片段，共 {size.characters} 字")
        problems = library.check()
        for problem in problems:
            printing.complain(problem)
        if problems and args.repair:
            problems = _repair(library)
        elif problems:
            printing.complain("用 baogao doctor --repair 由记录重建")
        else:
            print("记录与索引一致，没有问题")
        old = len(outdated(library))
        if old and args.repair and not problems:
            problems = _reread(library)
        elif old:
            print(f"有 {old} 个文件的报告是由以前版本的规则读出的；用 baogao doctor --repair 按现在的规则重新读取")
    return 1 if problems else 0


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that do the work."""
    from importlib.metadata import version

    return {"Python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def _reread(library: Library) -> list[str]:
    """Read anew what older rules have read, from the texts in the records; what could not be."""
    from ingest.pipeline import reread

    try:
        results = reread(library, progress=printing.progress)
    finally:
        printing.end_progress()
    failed = [result for result in results if result.status == "failed"]
    for result in failed:
        printing.complain(f"没有重新读取 {result.file}，其中的报告和以前一样：{result.reason}")
    print(f"已按现在的规则重新读取 {len(results) - len(failed)} 个文件")
    return [result.reason for result in failed]


def _repair(library: Library) -> list[str]:
    """Rebuild from the records; what is still wrong."""
    try:
        library.repair(lambda done, total: printing.step("重新生成向量", done, total))
    finally:
        printing.end_progress()
    left = library.check()
    for problem in left:
        printing.complain(f"没有修好：{problem}")
    if not left:
        print("已由记录重建，现在一致")
    return left
