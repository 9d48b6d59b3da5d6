"""Names of places in a question, by jieba's dictionary."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.tokens import dictionary_words, terms

_SUFFIX = re.compile(r"(?<=..)[省市区县州]$")
_LEADING = re.compile(
    r"(?P<place>[一-龥]{2,8}?[省市区县州盟旗])(?=(?:19|20)\d\d年|[今去明]年|的)|(?P<stem>[一-龥]{2,4}?)(?=(?:19|20)\d\d年|[今去明]年)"
)
_NOWHERE = frozenset({"中国", "我国", "全国", "国家", "城市", "市区", "中央", "地区", "开发区"})


def places_in(text: str) -> list[str]:
    """Places that a text names, without their 省/市/区/县: `宁波市2022年…` → `宁波`."""
    known = _places()
    found = (_SUFFIX.sub("", word) for word in terms(text) if word in known or _SUFFIX.sub("", word) in known)
    return list(dict.fromkeys(place for place in found if len(place) > 1 and place not in _NOWHERE))


def leading_place(text: str) -> str:
    """The place that a question begins with and is about, as a whole (`青海省2026年的增长目标`); else empty."""
    match = _LEADING.match(text)
    place = (match["place"] or match["stem"]) if match else ""
    return place if {place, _SUFFIX.sub("", place)} & _places() else ""


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    return dictionary_words("ns") - _NOWHERE
