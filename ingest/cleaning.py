"""Cleaning as a list of named rules, each a pure function from text to edits.

A rule repairs only what is certain; what cannot be repaired stays as it is. Every rule carries the example that
made it necessary, and cleaning repeats the list until no rule fires, so that cleaning twice changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from ingest.alignment import AlignedText, Edit
from ingest.joining import broken_lines
from ingest.noise import boilerplate, counted_pages, lone_page_numbers
from rag.text import to_simplified

Edits = Iterable[Edit]

_SAMPLES = 3
_ROUNDS = 6
"""Enough for a fixed point on every text seen; each round only removes or narrows."""


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    example: str
    edits: Callable[[str], Edits]


@dataclass(slots=True)
class Firing:
    """How often a rule fired, how many characters it took away, and the first places where it did."""

    times: int = 0
    removed: int = 0
    samples: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cleaned:
    aligned: AlignedText
    fired: dict[str, Firing]

    @property
    def text(self) -> str:
        return self.aligned.text


def clean(text: str) -> Cleaned:
    """Apply all rules until none fires; the result remembers where each character came from."""
    aligned = AlignedText(text)
    fired: dict[str, Firing] = {}
    for _ in range(_ROUNDS):
        before = aligned.text
        for rule in RULES:
            aligned = _apply(rule, aligned, fired)
        if aligned.text == before:
            break
    return Cleaned(aligned, fired)


def _apply(rule: Rule, aligned: AlignedText, fired: dict[str, Firing]) -> AlignedText:
    edits = [e for e in rule.edits(aligned.text) if aligned.text[e.start : e.end] != e.new]
    if not edits:
        return aligned
    firing = fired.setdefault(rule.name, Firing())
    firing.times += len(edits)
    firing.removed += sum(e.end - e.start - len(e.new) for e in edits)
    for edit in edits[: max(0, _SAMPLES - len(firing.samples))]:
        around = aligned.text[max(0, edit.start - 8) : edit.end + 8]
        firing.samples.append(
            f"…{around}… ⇒ 「{aligned.text[edit.start : edit.end]}」→「{edit.new}」".replace("\n", "⏎")
        )
    return aligned.edited(edits)


def _replace(pattern: str | re.Pattern[str], new: str | Callable[[re.Match[str]], str] = "") -> Callable[[str], Edits]:
    compiled = re.compile(pattern)

    def edits(text: str) -> Iterator[Edit]:
        for match in compiled.finditer(text):
            yield Edit(match.start(), match.end(), new(match) if callable(new) else new)

    return edits


_CJK = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"

_WIDE = re.compile(r"[０-９Ａ-Ｚａ-ｚ％＋]+|(?<=[0-9０-９×xX])[．－](?=[0-9０-９×xX])")
_TO_NARROW = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)}


_TONED = r"[a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ][a-zü]*"
_NEUTRAL = (
    r"(?:de|le|men|zhe|zi|ma|ne|ba|me|ge|shang|xia|li|tou|mian|dang|fu|shi|hu|hang|liao|lou|na|qi|you|jia|zuo|di|la)"
)
_GLOSS = re.compile(rf"(?<=\S)[(（]{_TONED}[)）]")
_TONELESS_GLOSS = re.compile(rf"(?<={_CJK})[(（]{_NEUTRAL}[)）]")
_GLOSSED_TEXT = 3
"""A text with so many toned glosses is glossed throughout, and toneless ones in it are glosses too."""

_LOST_BY_GLOSS = re.compile(r"F(?=\(xiàn\)[将將在有状狀代金场場实實])|l(?=\(fā\)[展现現布生放挥揮达達])")


def _restore_glossed(text: str) -> Iterator[Edit]:
    """A character lost in transmission whose reading and neighbour say which it was."""
    for match in _LOST_BY_GLOSS.finditer(text):
        yield Edit(match.start(), match.end(), {"F": "现", "l": "发"}[match[0]])


def _glosses(text: str) -> Iterator[Edit]:
    found = list(_GLOSS.finditer(text))
    if len(found) >= _GLOSSED_TEXT:
        found = sorted([*found, *_TONELESS_GLOSS.finditer(text)], key=lambda m: m.start())
    return (Edit(m.start(), m.end()) for m in found)


def _simplified(text: str) -> Iterator[Edit]:
    """Traditional to Simplified, for lines in which Traditional characters are more than a name's worth."""
    converted = to_simplified(text)
    if converted == text:
        return
    at = 0
    for old, new in zip(text.splitlines(keepends=True), converted.splitlines(keepends=True), strict=True):
        differing = [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
        if differing and (len(differing) >= 4 or len(differing) * 20 >= len(old)):
            yield Edit(at, at + len(old), new)
        at += len(old)


_ZHE = re.compile(
    r"(?<![显著名执土原编专论昭卓巨译遗撰合所旧新])(?<=[一-龥])著(?![名作称述者书录重力手眼色有陆急落实])(?=[一-龥，,。；;“])"
)

_GLUED_TITLE = re.compile(
    r"(?P<org>[一-龥×xX*]{0,24}?)(?P<what>(?:19|20)\d\d年(?:度)?[一-龥]{0,4}?工作总结"
    r"(?:[及和暨与、](?:20\d\d年(?:度)?)?[一-龥]{0,6}?(?:安排|思路|计划|打算|要点|设想|部署|重点工作|工作重点))?(?![及和暨与、]))"
)


def _glued_titles(text: str) -> Iterator[Edit]:
    """Titles that run into the text around them: `…发展活力。经济开发区2023年工作总结和2024年工作思路2023年，…`.

    A title is told by standing in the file more than once: in the glued list of contents and before its report.
    """
    spans = [
        match
        for match in _GLUED_TITLE.finditer(text)
        if match["org"]
        and (match.start() == 0 or text[match.start() - 1] in "。！？；;!?”\n" or _after_title(text, match.start()))
    ]
    seen: dict[str, int] = {}
    for match in spans:
        seen[match[0]] = seen.get(match[0], 0) + 1
    for match in spans:
        if seen[match[0]] < 2:
            continue
        if match.start() and text[match.start() - 1] != "\n":
            yield Edit(match.start(), match.start(), "\n")
        if match.end() < len(text) and text[match.end()] not in "\n\t （(":
            yield Edit(match.end(), match.end(), "\n")


def _after_title(text: str, offset: int) -> bool:
    return bool(re.search(r"工作(?:安排|思路|计划|打算|要点|设想|部署|总结)$", text[max(0, offset - 12) : offset]))


RULES: tuple[Rule, ...] = (
    Rule(
        "控制字符",
        "零宽空格、BOM、方向符",
        _replace("[\x00-\x08\x0b\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe]+"),
    ),
    Rule("换行统一", "\\r\\n、\\f", _replace(r"\r\n?|[\f\u2028\u2029\x85]", "\n")),
    Rule("空白统一", "全角空格、不换行空格", _replace(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000]", " ")),
    Rule("全角字母数字", "１２．５％ → 12.5%", _replace(_WIDE, lambda m: m[0].translate(_TO_NARROW))),
    Rule("付费标记", "××％##paidbegin##。市重点", _replace(r"##[A-Za-z_]{3,20}##")),
    Rule("缺字还原", "F(xiàn)将情况汇报 → 现(xiàn)将情况汇报", _restore_glossed),
    Rule("拼音注音", "業(yè)項(xiàng)目 → 業項目", _glosses),
    Rule("繁体转简体", "經濟開發區 → 经济开发区", _simplified),
    Rule("著作着", "带著问题 → 带着问题", _replace(_ZHE, "着")),
    Rule("站点套话与广告", "由会员分享，可在线阅读，更多相关…请在××文档上搜索", boilerplate),
    Rule("行首页码", "⏎2、完成2栋厂房（逐页递增，切断句子）", counted_pages),
    Rule("单行页码", "- 3 -", lone_page_numbers),
    Rule(
        "识别错字",
        "78.47虬 → 78.47%；90%o铝 → 90%。铝；计戈IJ → 计划",
        _replace(r"(?<=\d)虬|(?<=\d%)o(?=[一-龥])|戈(?:IJ|U)", lambda m: {"虬": "%", "o": "。"}.get(m[0], "划")),
    ),
    Rule(
        "D 作党",
        "D委、D建、全面贯彻D的二十大",
        _replace(
            r"(?<![A-Za-z0-9])D(?=(?:委|建|员|支部|总支|组织|组(?!团|装|件)|风|政|纪|规|章|旗|课|性|校|费|群|史|务|中央|派|内|外|的|工委|和国家|代会|管))|(?<=共产)D",
            "党",
        ),
    ),
    Rule(
        "A 字残留",
        "以A新时代中国特色社会主义思想 → 以新时代…",
        _replace(r"(?<![A-Za-z])A(?=新时代中国特色社会主义思想)"),
    ),
    Rule("粘连标题", "…发展活力。经济开发区2023年工作总结和2024年工作思路2023年，…", _glued_titles),
    Rule("句中折行", "对181⏎家高风险企业 → 对181家高风险企业", broken_lines),
    Rule("行首尾空白", "成立领导小组␠␠⏎", _replace(r"(?m)^[ \t]+|[ \t]+$")),
    Rule("编号内空白", "1 .招商引资 → 1.招商引资", _replace(r"(?<=\d)[ ]+(?=[.．、][ ]*[一-龥])")),
    Rule("空行", "连续空行", _replace(r"\n{3,}", "\n\n")),
)
