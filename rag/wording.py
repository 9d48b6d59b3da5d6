"""Words of a question as the reports have them: 违法建设 for 违建, 地区生产总值 for GDP."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from rag.everyday import OFFICIAL
from rag.tokens import is_word

_HARDLY = 2


def official_forms(terms: Iterable[str], texts: Sequence[str]) -> dict[str, str]:
    """For each everyday term the first of its official wordings in any text that does not use the term itself."""
    put: dict[str, str] = {}
    for term in terms:
        others = [text for text in texts if term not in text.lower()] if term in OFFICIAL else []
        if form := next((form for form in OFFICIAL.get(term, ()) if any(form in text for text in others)), ""):
            put[term] = form
    return put


def short_forms(terms: Iterable[str], texts: Sequence[str]) -> dict[str, str]:
    """For each term of four characters that the texts lack, the three of them that they have in a row: 红白事 for
    红白喜事."""
    found: dict[str, str] = {}
    for term in terms:
        if not re.fullmatch(r"[一-龥]{4}", term) or any(term in text for text in texts):
            continue
        shorter = (term[:i] + term[i + 1 :] for i in (1, 2))
        if form := next((form for form in shorter if any(form in text for text in texts)), ""):
            found[term] = form
    return found


def full_forms(terms: Iterable[str], texts: Sequence[str]) -> dict[str, str]:
    """For each two-character term that the texts hardly use, the four-character phrase it shortens, if one is found.

    Chinese abbreviations take the first character of each half (违建, 违法建设; 环保, 环境保护); both halves of the
    phrase must be words of the dictionary.
    """
    found: dict[str, str] = {}
    for term in terms:
        if not re.fullmatch(r"[一-龥]{2}", term) or sum(text.count(term) for text in texts) > _HARDLY:
            continue
        pattern = re.compile(rf"{term[0]}[一-龥]{term[1]}[一-龥]")
        counts = Counter(phrase for text in texts for phrase in pattern.findall(text))
        likely = (phrase for phrase, _ in counts.most_common() if is_word(phrase[:2]) and is_word(phrase[2:]))
        if phrase := next(likely, ""):
            found[term] = phrase
    return found
