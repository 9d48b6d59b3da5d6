"""Automatic numbering of Word documents as the text a reader sees: `一、`, `（二）`, `3.`, `④`.

Follows ISO/IEC 29500-1, 17.9 (numbering): a paragraph names a list (`numId`) and a level; each abstract list counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

Element = etree._Element

_DIGITS = "〇一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_FORMAL = str.maketrans("〇零一二三四五六七八九十百千万", "零零壹贰叁肆伍陆柒捌玖拾佰仟萬")


def chinese(value: int) -> str:
    """12 → 十二, 105 → 一百零五, as headings are counted; from 10,000 on plain digits."""
    if not 0 < value < 10_000:
        return str(value)
    parts: list[str] = []
    digits = str(value)
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit != "0":
            parts.append(_DIGITS[int(digit)] + _UNITS[place])
        elif parts and parts[-1] != "零":
            parts.append("零")
    text = "".join(parts).rstrip("零")
    return text.removeprefix("一") if text.startswith("一十") else text


def _roman(value: int) -> str:
    text = ""
    pairs = (
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
    )
    for size, letters in (*pairs, (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        text += letters * (value // size)
        value %= size
    return text


def _letters(value: int) -> str:
    """A … Z, AA … ZZ, AAA …; digits past the third round."""
    return chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1) if 1 <= value <= 78 else str(value)


def _from(first: str, count: int) -> Callable[[int], str]:
    """Numbers that have their own characters in a row (①, ⑴, ⒈), plain digits past the last."""
    return lambda value: chr(ord(first) + value - 1) if 1 <= value <= count else str(value)


def _cycle(characters: str) -> Callable[[int], str]:
    return lambda value: characters[(value - 1) % len(characters)]


_FORMATS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(["chineseCounting", "chineseCountingThousand", "japaneseCounting", "koreanCounting"], chinese),
    **dict.fromkeys(["taiwaneseCounting", "taiwaneseCountingThousand"], chinese),
    **dict.fromkeys(
        ["chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"],
        lambda value: (("一" if 10 <= value < 20 else "") + chinese(value)).translate(_FORMAL),
    ),
    **dict.fromkeys(
        ["ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"],
        lambda value: "".join(_DIGITS[int(d)] for d in str(value)),
    ),
    **dict.fromkeys(["decimalEnclosedCircle", "decimalEnclosedCircleChinese"], _from("①", 20)),
    "decimalEnclosedParen": _from("⑴", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "decimalFullWidth": lambda value: str(value).translate({ord("0") + i: ord("０") + i for i in range(10)}),
    "decimalZero": lambda value: f"{value:02d}",
    "upperLetter": _letters,
    "lowerLetter": lambda value: _letters(value).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
    "ideographTraditional": _cycle("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _cycle("子丑寅卯辰巳午未申酉戌亥"),
    "bullet": lambda value: "",
    "none": lambda value: "",
}

MAX_NUMBER = 10_000
"""Larger starts are nonsense, and in Roman numerals a line of M each."""

MAX_DEPTH = 8
"""Word has nine levels, 0 to 8."""

MAX_TEMPLATE = 40
"""Characters of a level's text that are kept: it is repeated in front of every paragraph."""


def number_text(value: int, kind: str) -> str:
    """A number in one of Word's number formats; unknown formats count in digits."""
    return _FORMATS.get(kind, str)(min(max(value, 0), MAX_NUMBER))


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is counted and shown."""

    start: int = 1
    kind: str = "decimal"
    template: str = ""
    """`%1` stands for the number of level 1: `（%1）`, `%1.%2`."""
    legal: bool = False
    """Every number in digits, whatever its own level's format."""
    restart: int | None = None
    """Counting starts again after a level up to this one (1-based); 0 never; None after any higher level."""


@dataclass(slots=True)
class Numbering:
    """The lists of one document and how far each has counted; `label` is called once a paragraph, in order."""

    lists: dict[str, tuple[str, dict[int, Level], dict[int, int]]]
    """By numId: the abstract list that counts, its levels, and starts that this numId sets anew."""
    counters: dict[str, dict[int, int]] = field(default_factory=dict)
    seen: set[tuple[str, int]] = field(default_factory=set)

    def label(self, num_id: str, depth: int) -> str:
        """The number in front of the next paragraph of this list and level (0-based); empty for bullets."""
        depth = min(depth, MAX_DEPTH)
        if num_id not in self.lists:
            return ""
        abstract, levels, starts = self.lists[num_id]
        counts = self.counters.setdefault(abstract, {})
        if depth in starts and (num_id, depth) not in self.seen:
            counts[depth] = starts[depth]
        else:
            counts[depth] = counts[depth] + 1 if depth in counts else levels.get(depth, Level()).start
        self.seen.add((num_id, depth))
        for deeper in [d for d in counts if d > depth]:
            restart = levels.get(deeper, Level()).restart
            if restart is None or depth < restart:
                del counts[deeper]
        return self._rendered(levels, counts, depth)

    @staticmethod
    def _rendered(levels: dict[int, Level], counts: dict[int, int], depth: int) -> str:
        own = levels.get(depth, Level())
        text = own.template if own.kind != "bullet" else ""
        for place in range(depth + 1):
            level = levels.get(place, Level())
            value = counts.get(place, level.start)
            kind = "decimal" if own.legal and level.kind not in ("bullet", "none") else level.kind
            text = text.replace(f"%{place + 1}", number_text(value, kind))
        return text


def parse_numbering(root: Element | None) -> Numbering:
    """The lists of `numbering.xml`; no list at all where the document has none."""
    if root is None:
        return Numbering({})
    abstracts: dict[str, dict[int, Level]] = {}
    by_style: dict[str, str] = {}
    links: dict[str, str] = {}
    for node in root.iterfind("{*}abstractNum"):
        key = attribute(node, "abstractNumId")
        abstracts[key] = {number(attribute(lvl, "ilvl")): _level(lvl) for lvl in node.iterfind("{*}lvl")}
        if style := value_of(node, "styleLink"):
            by_style[style] = key
        if style := value_of(node, "numStyleLink"):
            links[key] = style
    lists = {}
    for node in root.iterfind("{*}num"):
        key = value_of(node, "abstractNumId")
        key = by_style.get(links.get(key, ""), key)
        levels, starts = dict(abstracts.get(key, {})), {}
        for override in node.iterfind("{*}lvlOverride"):
            depth = number(attribute(override, "ilvl"))
            own = override.find("{*}lvl")
            if own is not None:
                levels[depth] = _level(own)
            if start := value_of(override, "startOverride"):
                starts[depth] = number(start)
        lists[attribute(node, "numId")] = (key, levels, starts)
    return Numbering(lists)


def _level(node: Element) -> Level:
    restart = value_of(node, "lvlRestart")
    legal = node.find("{*}isLgl")
    return Level(
        start=number(value_of(node, "start"), 1),
        kind=_kind(node),
        template=value_of(node, "lvlText")[:MAX_TEMPLATE],
        legal=legal is not None and attribute(legal, "val") not in ("0", "false"),
        restart=number(restart) if restart else None,
    )


def _kind(node: Element) -> str:
    """The level's number format; newer ones hide in an alternative for older programs to skip."""
    choice = node.find("{*}AlternateContent/{*}Choice")
    own = value_of(node, "numFmt")
    return own or (value_of(choice, "numFmt") if choice is not None else "") or "decimal"


def attribute(node: Element, name: str) -> str:
    """An attribute by its local name, in whatever namespace (transitional, strict or none)."""
    for key, value in node.attrib.items():
        if local(key) == name:
            return str(value)
    return ""


def local(name: object) -> str:
    """The name of an element or attribute without its namespace; `etree.QName` takes five times as long."""
    return str(name).rpartition("}")[2]


def value_of(node: Element, child: str) -> str:
    """The `val` attribute of a child element; empty where either is missing."""
    found = node.find(f"{{*}}{child}")
    return "" if found is None else attribute(found, "val")


def number(text: str, default: int = 0) -> int:
    """A whole number out of an attribute; `default` where it is none."""
    return int(text) if text.isdecimal() and len(text) < 9 else default
