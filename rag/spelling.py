"""Slips of one character in a question: `统记` for 统计, `云岭杜娟` for 云岭杜鹃."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from rag.tokens import is_word

_LONGEST = 5
_SURE = 4
"""In a word of so many characters the others are enough; in a shorter one the wrong character must sound the same."""


def corrections(words: Iterable[str], texts: Sequence[str]) -> dict[str, str]:
    """For each word that neither the texts nor the dictionary have, the word of the texts that it misspells, if any."""
    found: dict[str, str] = {}
    for word in words:
        if not re.fullmatch(rf"[一-龥]{{2,{_LONGEST}}}", word) or is_word(word) or any(word in text for text in texts):
            continue
        if meant := _meant(word, texts):
            found[word] = meant
    return found


_PLACE = re.compile(r".*[省市县区州旗盟乡镇]")


def misspelt_name(name: str, names: Collection[str]) -> str:
    """The end of one of the names that differs from `name` in one character of the same sound, or empty.

    Not in the name of its place: `抚州市` is another city than `福州市`.
    """
    if any(other.endswith(name) for other in names):
        return ""
    place = _PLACE.match(name)
    for other in names:
        end = other[-len(name) :]
        slips = [i for i, (a, b) in enumerate(zip(name, end, strict=False)) if a != b] if len(end) == len(name) else []
        if (
            len(slips) == 1
            and slips[0] >= (place.end() if place else 0)
            and _sound(name[slips[0]]) & _sound(end[slips[0]])
        ):
            return end
    return ""


def _meant(word: str, texts: Sequence[str]) -> str:
    """The commonest word of the texts that differs in one character; empty where none is likely."""
    slots = "|".join(f"{word[:i]}[一-龥]{word[i + 1 :]}" for i in range(len(word)))
    counts = Counter(match for text in texts for match in re.findall(slots, text))
    for candidate, _ in counts.most_common():
        wrong, right = next((a, b) for a, b in zip(word, candidate, strict=True) if a != b)
        if _sound(wrong) & _sound(right) and (len(word) > 2 or is_word(candidate)):
            return candidate
        if len(word) >= _SURE:
            return candidate
    return ""


@lru_cache(maxsize=4096)
def _sound(character: str) -> frozenset[str]:
    """The readings of a character, without tones."""
    from pypinyin import Style, pinyin

    return frozenset(pinyin(character, style=Style.NORMAL, heteronym=True)[0])
