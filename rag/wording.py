"""Words of a question as the reports have them: abbreviations such as 违建 for 违法建设."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from rag.tokens import is_word


_HARDLY = 2


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
