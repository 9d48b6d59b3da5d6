"""What is asked for by id or name, or the error that says what there is instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from rag.errors import NotFoundError

T = TypeVar("T")


def in_order(chunk_ids: Sequence[str], found: Mapping[str, T]) -> list[T]:
    """What was found of chunks, in the order of their ids. Raises NotFoundError for one that is missing."""
    missing = [i for i in chunk_ids if i not in found]
    if missing:
        raise NotFoundError(f"资料库里没有片段 {missing[0]}")
    return [found[i] for i in chunk_ids]


def the_one(what: str, name: str, found: Sequence[T], shown: Callable[[T], str]) -> T:
    """The only one that `name` fits. Raises NotFoundError, which shows them, where there are several or none."""
    if len(found) > 1:
        raise NotFoundError(f"“{name}”对应不止一个{what}：{'、'.join(map(shown, found[:5]))}", "写全编号")
    if not found:
        raise NotFoundError(f"资料库里没有{what}“{name}”", "用 baogao reports 查看")
    return found[0]
