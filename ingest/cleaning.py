"""Cleaning as a list of named rules, each a pure function from text to edits.

A rule repairs only what is certain; what cannot be repaired stays as it is. Every rule carries the example that
made it necessary, and cleaning goes round the list until no rule fires, so that cleaning twice changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ingest import glued, joining, noise, press, writing
from ingest.alignment import AlignedText, Edit
from ingest.patterns import one_of, run_of
from ingest.titles import is_title

Edits = Iterable[Edit]

_SAMPLES = 3
_MOST_ROUNDS = 30
"""Real files need two rounds; a rule can uncover work for another only by removing what stood between."""


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    example: str
    edits: Callable[[str], Edits]
    needs: re.Pattern[str] | None = None
    """Characters without any of which a text gives the rule nothing to do."""

    def may_fire(self, present: str) -> bool:
        """Whether characters that it needs are `present`."""
        return self.needs is None or self.needs.search(present) is not None


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
    quiet = 0
    for _ in range(_MOST_ROUNDS):
        present = _needed_in(aligned.text)
        for rule in RULES:
            edits = _edits(rule, aligned.text) if rule.may_fire(present) else []
            quiet = 0 if edits else quiet + 1
            if edits:
                _count(fired.setdefault(rule.name, Firing()), aligned.text, edits)
                aligned = aligned.edited(edits)
                present += _needed_in("".join(edit.new for edit in edits))
            elif quiet == len(RULES):
                return Cleaned(aligned, fired)
    return Cleaned(aligned, fired)


def _needed_in(text: str) -> str:
    """Those of the characters that rules need which a text has, each once: one look for all rules."""
    return "".join(set(_NEEDED.findall(text)))


def _edits(rule: Rule, text: str) -> list[Edit]:
    return [edit for edit in rule.edits(text) if text[edit.start : edit.end] != edit.new]


def _count(firing: Firing, text: str, edits: Sequence[Edit]) -> None:
    firing.times += len(edits)
    firing.removed += sum(edit.end - edit.start - len(edit.new) for edit in edits)
    firing.samples += [_sample(text, edit) for edit in edits[: max(0, _SAMPLES - len(firing.samples))]]


_SHOWN = 60


def _sample(text: str, edit: Edit) -> str:
    """`…前文【删去的】后文… → 新`, on one line."""
    before, after = text[max(0, edit.start - 8) : edit.start], text[edit.end : edit.end + 8]
    old = text[edit.start : edit.end]
    old = old if len(old) <= _SHOWN else f"{old[: _SHOWN // 2]}…{old[-_SHOWN // 2 :]}"
    shown = f"{before}【{old}】{after}"
    return (f"{shown} → {edit.new[:_SHOWN]}" if edit.new else shown).replace("\n", "⏎")


def _replace(pattern: str | re.Pattern[str], new: str | Callable[[re.Match[str]], str] = "") -> Callable[[str], Edits]:
    compiled = re.compile(pattern)

    def edits(text: str) -> Iterator[Edit]:
        for match in compiled.finditer(text):
            yield Edit(match.start(), match.end(), new(match) if callable(new) else new)

    return edits


_PARTY_SURE = (
    r"(?:委|建|员|支部|总支|组织|组(?!团|装|件|合)|风廉|政(?:机关|领导|班子|同责|负责|主要|群)|纪国法|史学习|中央|代会|和国家|工委"
    r"|的[一二]十[一-龥]大|旗)"
)
_PARTY_WITHIN = r"(?:政|纪|规|章|课|性|校|费|群|史|务|派|内|外|的|管|风)"
_PARTY = re.compile(rf"D(?:(?<=共产D)|(?<![A-Za-z0-9&]D)(?={_PARTY_SURE}))")
_PARTY_TOO = re.compile(rf"D(?<![A-Za-z0-9&素类级]D)(?<![A-C]、D)(?={_PARTY_WITHIN})(?!{_PARTY_SURE})")
_FEWEST_SURE = 3


def _party(text: str) -> Iterator[Edit]:
    """`D` for 党: surely before 委, 建, 员…; before 的, 内, 性… where the text writes it so throughout."""
    found = list(_PARTY.finditer(text))
    if len(found) >= _FEWEST_SURE or re.search(r"党(?:委|建|员|支部|组织|中央|课|纪)", text):
        found = sorted([*found, *_PARTY_TOO.finditer(text)], key=lambda m: m.start())
    return (Edit(m.start(), m.end(), "党") for m in found)


_MARKDOWN_HEADING = re.compile(r"#(?<![^\n]#)#{0,5}[ \t]+(?=\S)")
_MARKDOWN = re.compile(
    r"(?m)^#{1,6}[ \t]+(?=\S)|^[-*+][ \t]+(?=\S)|^>[ \t]+(?=\S)|\*\*(?=[^\s*][^*\n]{0,80}\*\*)|(?<=[^\s*])\*\*"
)
_EMPHASIS = re.compile(r"(?m)(?<!\S)\*(?=[^\s*])[^*\n]{2,40}(?<=[^\s*])\*(?!\S)")
"""`*某镇人民政府*`, between spaces; within words a `*` hides a figure."""


_BOLD_LINE = re.compile(r"(?m)^(?:[-*+] )?\*\*[^\s*][^*\n]{1,80}\*\*$")
"""`**一、主要工作**`: a line that is bold as a whole, or a list's item that is."""
_CLIPPED = re.compile(
    r"\A---\n(?:[a-z_]{2,20}:[^\n]*\n){1,20}---\n|!\[[^\]\n]{0,80}\]\([^)\s]{1,300}\)"
    r"|\[(?P<words>[^\]\n]{1,80})\]\((?:https?:|javascript:|[#/])[^\s]{0,300}\)"
)
"""What a web clipper adds: a head with the source, pictures, links."""


def _markdown(text: str) -> Iterator[Edit]:
    """Signs of Markdown, in a text with headings in it; elsewhere a `**` hides a figure, and only titles have a `#`."""
    headings = list(_MARKDOWN_HEADING.finditer(text)) if "#" in text else []
    if len(headings) + sum(1 for _ in _BOLD_LINE.finditer(text)) >= _FEWEST_SURE:
        signs = [Edit(match.start(), match.end()) for match in _MARKDOWN.finditer(text)]
        emphases = [Edit(match.start(), match.end(), match[0][1:-1]) for match in _EMPHASIS.finditer(text)]
        clipped = [Edit(*match.span(), match["words"] or "") for match in _CLIPPED.finditer(text)]
        yield from clipped or sorted([*signs, *emphases], key=lambda edit: edit.start)
    else:
        for match in headings:
            if is_title(text[match.end() :].partition("\n")[0]):
                yield Edit(match.start(), match.end())


_MISREAD = re.compile(
    r"(?m)虬(?<=\d虬)|o(?<=\d%o)(?=[一-龥])|戈(?:IJ|U)|-(?<=^[(（]-)(?=[)）][一-龥])|—(?<=^[(（]—)(?=[)）][一-龥])"
)


_SALUTED = re.compile(r"工作报告\n+[ \t]*各位[代委]")
_TITLE_NUMBER = re.compile(r"(?m)^\d{1,2}[、.．][ \t]*(?=[^\n。；：]{4,40}工作报告\n+[ \t]*各位[代委])")


def _title_numbers(text: str) -> Iterator[Edit]:
    if _SALUTED.search(text):
        yield from _replace(_TITLE_NUMBER)(text)


_OUTER_BLANKS = re.compile(r"[ \t](?<![ \t].)(?:(?<![^\n].)[ \t]*|[ \t]*(?![^\n]))")
"""Blanks at the beginning or the end of a line."""

_CONTROLS = r"\x00-\x08\x0b\x0e-\x1b\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe"
_BREAKS = r"\r\f\x1c-\x1e\x85\u2028\u2029"
_SPACES = r"\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"

RULES: tuple[Rule, ...] = (
    Rule(
        "控制字符",
        "零宽空格、BOM、方向符",
        _replace(run_of(_CONTROLS)),
        needs=one_of(_CONTROLS),
    ),
    Rule("换行统一", "\\r\\n、\\f", _replace(rf"[{_BREAKS}](?:(?<=\r)\n)?", "\n"), needs=one_of(_BREAKS)),
    Rule(
        "记录年份", "2021⇥各位代表：　　现在，我代表国务院，…（每行一份报告）", glued.record_years, needs=one_of(r"\t")
    ),
    Rule(
        "段首缩进",
        "…提高。　　一、历史性的转变　　去年三月以来，…（全文在一行里）",
        glued.glued_paragraphs,
        needs=one_of(glued.INDENTS),
    ),
    Rule("空白统一", "全角空格、不换行空格", _replace(rf"[{_SPACES}]", " "), needs=one_of(_SPACES)),
    Rule(
        "千分位全角逗号",
        "结余１，０１１，０３８元，新建公路１，２２２公里 → 1,011,038元…1,222公里（一个数，不是两个）",
        writing.thousands,
    ),
    Rule("全角字母数字", "１２．５％ → 12.5%", writing.narrowed, needs=one_of(writing.WIDE)),
    Rule("Markdown 标记", "## （一）抓项目、**要求**", _markdown, needs=one_of("#*")),
    Rule("付费标记", "完成率××％##paidbegin##。其中", _replace(r"##[A-Za-z_]{3,20}##"), needs=one_of("#")),
    Rule("缺字还原", "F(xiàn)将情况汇报 → 现(xiàn)将情况汇报", writing.restored, needs=one_of("Fl")),
    Rule("拼音注音", "業(yè)項(xiàng)目 → 業項目", writing.glosses, needs=one_of(writing.TONED)),
    Rule("繁体转简体", "經濟開發區 → 经济开发区", writing.simplified),
    Rule("著作着", "带著问题 → 带着问题", _replace(writing.ZHE, "着"), needs=one_of("著")),
    Rule("字间空格", "政 府 工 作 报 告 → 政府工作报告", writing.spaced_out, needs=one_of(r" \t")),
    Rule("数字旁空格", "投资 1.3 亿元 → 投资1.3亿元（通篇如此时）", writing.beside_digits, needs=one_of(r" \t")),
    Rule("相关文章", "【工作总结三篇】相关文章：⏎1.教师工作总结⏎2.医生工作总结（到文末）", noise.other_pages),
    Rule("站点套话与广告", "由会员分享，可在线阅读，更多相关…请在××文档上搜索", noise.boilerplate),
    Rule("新闻照片说明", "…开幕。市长某某作政府工作报告。 本报记者 某某 摄⏎各位代表：", press.captions),
    Rule("行尾水印", "…取得新进展。wm7⏎（许多行的末尾）", noise.watermarks),
    Rule("行首页码", "⏎2、建成泵站6座（逐页递增，切断句子）", noise.counted_pages),
    Rule("单行页码", "- 3 -", noise.lone_page_numbers),
    Rule("页眉", "每页重复、切断句子的标题行", noise.running_heads),
    Rule(
        "识别错字",
        "36.2虬 → 36.2%；85%o目前 → 85%。目前；计戈IJ → 计划；(-)完善 → (一)完善",
        _replace(_MISREAD, lambda m: {"虬": "%", "o": "。", "-": "一", "—": "一"}.get(m[0], "划")),
    ),
    Rule("D 作党", "D委、D建、全面贯彻D的二十大", _party, needs=one_of("D")),
    Rule(
        "A 字残留",
        "以A新时代中国特色社会主义思想 → 以新时代…",
        _replace(r"A(?<![A-Za-z]A)(?=新时代中国特色社会主义思想)"),
        needs=one_of("A"),
    ),
    Rule("粘连标题", "…迈上新台阶。某开发区2022年工作总结和2023年工作思路2022年，…", glued.glued_titles),
    Rule(
        "标题序号",
        "汇编里第2份报告的标题前：2、某镇政府工作报告⏎各位代表",
        _title_numbers,
    ),
    Rule("句中折行", "对36⏎家重点企业 → 对36家重点企业", joining.broken_lines),
    Rule("行首尾空白", "组建专班␠␠⏎", _replace(_OUTER_BLANKS), needs=one_of(r" \t")),
    Rule("编号内空白", "1 .招商引资 → 1.招商引资", _replace(r" (?<=\d ) *(?=[.．、] *[一-龥])"), needs=one_of(" ")),
    Rule("空行", "连续空行", _replace(r"\n\n\n+", "\n\n")),
)
_NEEDED = re.compile("|".join(rule.needs.pattern for rule in RULES if rule.needs))
