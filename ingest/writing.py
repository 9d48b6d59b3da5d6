"""One way of writing: narrow letters and digits, Simplified characters, no pinyin glosses, no spaced-out letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

from ingest.alignment import Edit
from ingest.lines import lines_with, whole_line
from ingest.patterns import run_of
from rag.text import to_simplified

HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"

WIDE = "０-９Ａ-Ｚａ-ｚ％＋．－"
_WIDE = re.compile(run_of(WIDE))
_NARROW = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)}
_FIGURE = re.compile(r"[0-9０-９×xX]")


def narrowed(text: str) -> Iterator[Edit]:
    """Full-width letters, digits and signs; a full stop or dash only between figures."""
    for match in _WIDE.finditer(text):
        new = "".join(
            c if c in "．－" and not _in_figure(text, i) else c.translate(_NARROW)
            for i, c in enumerate(match[0], match.start())
        )
        yield Edit(match.start(), match.end(), new)


def _in_figure(text: str, offset: int) -> bool:
    around = text[offset - 1 : offset], text[offset + 1 : offset + 2]
    return all(_FIGURE.fullmatch(c) for c in around)


_GROUPED = re.compile(r"(?<![\d，,、.．])[1-9１-９]\d{0,2}(?:，\d{3})+(?!\d|[，,、]\d)")
_THOUSANDS_COMMA = re.compile(r"，(?<=\d，)\d{3}")
_LONGEST_GROUP = 3
_ONE_FIGURE = re.compile(r"，[0０]|，.*，")
_LISTED = re.compile(r"分别|依次|各[为是有]|[第和与]$")
_MEASURED = re.compile(
    r"(?:[.．]\d+)?[多余]?(?:[%％]|[十百千万亿]?[多余]?(?:[美日欧]?元|[人户家个项件次名位座处所条台辆套吨亩米场期块支对间张篇宗起例株头只公里平立千瓦千克])|[万亿])"
)


def thousands(text: str) -> Iterator[Edit]:
    """Wide commas between the thousands of one figure: `１，２２２公里`, `1，022`; not those of a list of figures.

    Only in a text that writes figures so, shown by one that cannot be two: `1，011，038`, `1，022`, not `98，100人`.
    There a figure is one where all its digits are wide, a group begins with 0, or a measure stands behind it.
    """
    figures = list(_grouped(text))
    if not any(_ONE_FIGURE.search(match[0]) for match in figures):
        return
    for match in figures:
        figure = match[0]
        wide = not re.search("[0-9]", figure)
        measured = _MEASURED.match(text, match.end()) is not None
        if _LISTED.search(text[max(0, match.start() - 10) : match.start()]) or not (
            wide or measured or re.search("，[0０]", figure)
        ):
            continue
        for comma in re.finditer("，", figure):
            yield Edit(match.start() + comma.start(), match.start() + comma.end(), ",")


def _grouped(text: str) -> Iterator[re.Match[str]]:
    """Figures in groups, found by their first commas, of which there are fewer than of digits."""
    at = 0
    for comma in _THOUSANDS_COMMA.finditer(text):
        first = comma.start()
        for start in range(max(at, first - _LONGEST_GROUP), first):
            if match := _GROUPED.match(text, start):
                yield match
                at = match.end()
                break


# --- pinyin ---

TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_NEUTRAL = (
    r"(?:de|le|men|zhe|zi|ma|ne|ba|me|ge|shang|xia|li|tou|mian|dang|fu|shi|hu|hang|liao|lou|na|qi|you|jia|zuo|di|la)"
)
_TONED_GLOSS = rf"(?<=\S[(（])[a-zü]*[{TONED}][a-zü]*[)）]"
_GLOSS = re.compile(rf"[(（]{_TONED_GLOSS}")
_GLOSS_THROUGHOUT = re.compile(rf"[(（](?:{_TONED_GLOSS}|(?<={HAN}[(（]){_NEUTRAL}[)）])")
_GLOSSED_TEXT = 3
"""A text with so many toned glosses is glossed throughout, and toneless ones in it are glosses too."""

_LOST_BY_GLOSS = re.compile(r"F(?=\(xiàn\)[将將在有状狀代金场場实實])|l(?=\(fā\)[展现現布生放挥揮达達])")


def restored(text: str) -> Iterator[Edit]:
    """A character lost in transmission whose reading and neighbour say which it was."""
    for match in _LOST_BY_GLOSS.finditer(text) if "(xiàn)" in text or "(fā)" in text else ():
        yield Edit(match.start(), match.end(), {"F": "现", "l": "发"}[match[0]])


def glosses(text: str) -> Iterator[Edit]:
    found = list(_GLOSS.finditer(text))
    if len(found) >= _GLOSSED_TEXT:
        found = _GLOSS_THROUGHOUT.finditer(text)
    return (Edit(m.start(), m.end()) for m in found)


# --- Traditional characters ---

_FEWEST_TRADITIONAL, _SHARE_TRADITIONAL = 4, 20
"""A line with so many Traditional characters, or one in so many, is written in them; less is a name."""


def simplified(text: str) -> Iterator[Edit]:
    """Traditional to Simplified, for lines in which Traditional characters are more than a name's worth."""
    for span in lines_with(text, _traditional()):
        start, end = whole_line(text, span)
        traditional = len(_traditional().findall(text, start, end))
        if traditional >= _FEWEST_TRADITIONAL or traditional * _SHARE_TRADITIONAL >= end - start:
            yield Edit(start, end, to_simplified(text[start:end]))


@cache
def _traditional() -> re.Pattern[str]:
    """A character with another Simplified form, and none that only some words write otherwise: 覆 in 反覆."""
    letters = [*map(chr, range(0x3400, 0xA000)), *map(chr, range(0xF900, 0xFB00))]
    pairs = zip(letters, to_simplified("\n".join(letters)).split("\n"), strict=True)
    return re.compile(f"[{''.join(old for old, new in pairs if old != new)}]")


ZHE = re.compile(
    r"著(?<![显著名执土原编专论昭卓巨译遗撰合所旧新]著)(?<=[一-龥]著)(?![名作称述者书录重力手眼色有陆急落实])(?=[一-龥，,。；;“])"
)
"""`带著`, as conversion to Simplified leaves it; not `显著`, `著名`, `名著`."""


# --- spaced-out letters ---

_DIGIT = r"[\d²³①-⑨⑴-⑼⒈-⒐]"
_SPACES = re.compile(rf"[ \t](?:(?<={_DIGIT}.)[ \t]*(?={HAN})|(?<={HAN}.)[ \t]*(?=\d))")
_TIGHT = re.compile(rf"\d(?={HAN})")
_FEWEST_BESIDE = 10


def beside_digits(text: str) -> Iterator[Edit]:
    """Spaces between digits and characters, where a text has them mostly: `投资 1.3 亿元`."""
    found = list(_SPACES.finditer(text))
    tight = islice(_TIGHT.finditer(text), len(found))
    if len(found) >= _FEWEST_BESIDE and len(found) > sum(1 for _ in tight):
        for space in found:
            yield Edit(space.start(), space.end())


_LETTERS_APART = re.compile(r"[ \t]\S[ \t]+\S(?=[ \t])")
_BLANKS_WITHIN = re.compile(run_of(r" \t"))
_LATIN = re.compile("[A-Za-z]")
_FEWEST_SPACED, _MOSTLY_SPACED = 5, 0.9


def spaced_out(text: str) -> Iterator[Edit]:
    """Spaces between the letters of a line: `政 府 工 作 报 告`, `增 长 5 . 2 % 。`; four letters may be two names."""
    for start, end in lines_with(text, _LETTERS_APART):
        if _is_spaced_out(text[start:end].split()):
            for space in _BLANKS_WITHIN.finditer(text, start, end):
                if not (_LATIN.match(text, space.start() - 1) and _LATIN.match(text, space.end())):
                    yield Edit(space.start(), space.end())


def _is_spaced_out(parts: list[str]) -> bool:
    """Whether nearly all parts of a line are single letters, and no table's figures: characters more than digits."""
    if len(parts) < _FEWEST_SPACED or sum(map(len, parts)) > len(parts) / _MOSTLY_SPACED:
        return False
    characters = sum(re.match(HAN, part) is not None for part in parts)
    return characters >= max(len(parts) // 3, sum(part.isdigit() for part in parts))
