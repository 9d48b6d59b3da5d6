"""Excerpts taken apart for checking what cites them: clauses with their figures and wording, years, names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.kinds import heading_kind
from rag.model import Citation, Kind
from rag.quantities import Quantity, plain, quantities, years

CLAUSE_END = re.compile(r"(?<=[,;。:、!?\n])")
_SENTENCE_END = re.compile(r"(?<=[。;!?\n])")
_POINT = re.compile(
    r"(?<=[,;。:\n])(?=[一二三四五六七八九十](?:是|要)|第[一二三四五六七八九十],|\([一二三四五六七八九十\d]+\))|\n(?=\d\.)"
)
_HAN = re.compile("[\u3007\u3400-\u9fff]+")

AIM = re.compile(
    r"预计|预期|力争|争取(?!到?资金)|(?<!年度)(?<!占)(?<!完成)计划(?!的|任务|总?投资\d|单列|指标)|(?<![模虚比])拟(?!定)"
    r"|目标(?=[是为:])|为目标|有望|打算|争创"
)
"""Words that make what follows an aim; not `占年度计划的104%`."""
AIMED = re.compile(
    rf"{AIM.pattern}|将(?!近)|(?<![主需重纲简必])要(?![求素点领害闻])|确保|目标|计划|规划|拟|下一?步|明年|今后"
)
"""The wider set by which a sentence can show that what follows is an aim."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of an excerpt, in plain spelling; `pairs` are its neighbouring characters, two by two."""

    text: str
    before: str
    """What stands before it in its sentence."""
    figures: tuple[Quantity, ...]
    pairs: frozenset[str]
    so_far: frozenset[str]
    """The pairs of its sentence up to its end."""
    point: frozenset[str]
    """Those of the point of a list (`一是…`) that it belongs to; of the whole excerpt where there is no list."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A citation prepared for checking."""

    citation: Citation
    text: str
    """Excerpt, heading path, title and organisation in plain spelling."""
    clauses: tuple[Clause, ...]
    """Of the excerpt and its headings."""
    plan: bool
    """Whether its headings say that it is of plans."""
    own_years: tuple[int, ...]
    """The years that it may speak of where it names none: the report's, or in a plan the one planned for."""
    named_years: tuple[int, ...]


@lru_cache(maxsize=512)
def prepared(citation: Citation) -> Excerpt:
    """A citation's excerpt, taken apart."""
    parts = [plain(citation.excerpt), *map(plain, citation.heading_path)]
    kind = _kind(citation)
    own = citation.years[-1:] if kind is Kind.PLAN else citation.years[:1]
    if kind is None and AIMED.search(parts[0]):
        own = citation.years
    return Excerpt(
        citation=citation,
        text="\n".join([*parts, plain(citation.report), plain(citation.org)]),
        clauses=tuple(clause for part in parts for clause in _clauses(part)),
        plan=kind is Kind.PLAN,
        own_years=own,
        named_years=tuple(year for part in parts for year, _ in years(part)),
    )


def _kind(citation: Citation) -> Kind | None:
    """The kind that the deepest heading which declares one declares."""
    plan_year = citation.years[-1] if citation.years else None
    bare = [re.sub(r"^\W*(?:[一二三四五六七八九十\d]+\W+)?", "", heading) for heading in citation.heading_path]
    kinds = [heading_kind(heading, plan_year=plan_year, top=i == 0) for i, heading in enumerate(bare)]
    return next((kind for kind in reversed(kinds) if kind), None)


def _clauses(text: str) -> Iterator[Clause]:
    for point in _POINT.split(text):
        inside = pairs(point)
        for sentence in _SENTENCE_END.split(point):
            before = ""
            for part in CLAUSE_END.split(sentence):
                if part.strip():
                    yield Clause(part, before, quantities(part), pairs(part), pairs(before + part), inside)
                before += part


@lru_cache(maxsize=8192)
def pairs(text: str) -> frozenset[str]:
    """The character pairs of the Han runs of a plain text, its figures and their units left out."""
    for figure in reversed(quantities(text)):
        text = text[: figure.start] + " " + text[figure.end :]
    return frozenset(run[i : i + 2] for run in _HAN.findall(text) for i in range(len(run) - 1))


def share(some: frozenset[str], held: frozenset[str]) -> float:
    """The share of `some` that `held` holds; 1 for nothing."""
    return len(some & held) / len(some) if some else 1.0


def _frame(phrases: Sequence[str]) -> frozenset[str]:
    return frozenset(pair for phrase in phrases for pair in pairs(phrase))


FRAME = _frame(
    [
        *(
            "根据",
            "依据",
            "按照",
            "报告",
            "摘录",
            "资料",
            "显示",
            "指出",
            "提到",
            "其中",
            "包括",
            "主要",
            "具体",
            "来看",
        ),
        *("此外", "同时", "另外", "以及", "并且", "方面", "等方面", "如下", "分别为", "共计", "目前", "当前", "全年"),
        *(
            "计划",
            "打算",
            "预计",
            "力争",
            "将在",
            "为目标",
            "达到",
            "提高",
            "下降",
            "增长",
            "实现",
            "完成",
            "开展",
            "推进",
        ),
        *("存在", "的问题", "工作", "相关", "仅为", "只有", "没有", "较上年", "比上年", "同比", "去年", "今年"),
    ]
)
"""Pairs of words that frame a statement and state nothing themselves."""
