"""Names of places in a question, by jieba's dictionary."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.tokens import dictionary_words, terms

_SUFFIX = re.compile(r"(?<=..)[省市区县州]$")
_NOWHERE = frozenset({"中国", "我国", "全国", "国家", "城市", "市区", "中央", "地区", "开发区"})


def places_in(text: str) -> list[str]:
    """Places that a text names, without their 省/市/区/县: `宁波市2022年…` → `宁波`."""
    known = _places()
    found = (_SUFFIX.sub("", word) for word in terms(text) if word in known or _SUFFIX.sub("", word) in known)
    return list(dict.fromkeys(place for place in found if len(place) > 1 and place not in _NOWHERE))


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    return dictionary_words("ns") - _NOWHERE
