"""What a person recognises a report by, where its title is missing or is shared with another report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from itertools import islice

from ingest.markers import without_marker
from ingest.titles import is_frame
from rag.text import years_in
from rag.tokens import terms

_GENERIC = re.compile(
    r"(?:(?:19|20)\d\d|年度?|以来|主要|重点|基本|总体|整体|有关|相关|工作|做法|成效|成绩|总结|情况|回顾|开展|完成|进展|措施|经验|汇报|存在|问题|困难|不足|打算|计划|思路|安排|下步|下一步|和|及|与|的|一|、|各项|目标任务|全年|前[一二三]季度)+"
)
_REPORTED = re.compile(r"现将(?!有关)(?P<subject>.{4,60}?)(?:做|作|向|汇报|报告|通报|总结)?(?:如下|汇报如下|报告如下)")
_LED = re.compile(r"^.{0,24}?(?:牵头|负责)的|做$|(?<!工)作$")
_PURPOSE = re.compile(r"^为(?:了|进一步)?(?P<subject>[^，,。]{6,28})[，,]")
_TIME = re.compile(r"^(?:日前|近日|近期|今年|去年|(?:19|20)\d\d年)?(?:以来)?[，,]?")
_SINCE = re.compile(r"(?:工作)?(?:开展|启动|实施)?以来$")
_LONGEST = 36


def descriptive_title(text: str, headings: Sequence[str], *, org: str = "", year: int | None = None) -> str:
    """What to call a report that has no title: what it says it reports, else its body and year, else its subject.

    `headings` are the printed ones of the first level. Body and year come before the first heading, which is mostly
    one subject of many.
    """
    reported = _subject(text)
    if reported or (org and year):
        return "：".join(filter(None, (org, reported))) if reported else f"{org}（{year}年）"
    numbered = (words for heading in headings if (words := without_marker(heading)) != heading)
    subject = next((_short(words) for words in numbered if not _GENERIC.fullmatch(words)), "")
    if not subject and not org:
        subject = _opening(text)
    return "：".join(filter(None, (org, subject)))


_SPEAKS = re.compile(
    r"代表(?:国务院|[^，。]{1,20}(?:政府|人民委员会))[，,]?[^。]{0,24}?(?:报告[^。，]{0,8}工作|作[^。，]{0,8}工作报告|作报告)"
)


def recorded_title(label: str, text: str) -> str:
    """`2021年政府工作报告` for the text of such a report that the year stands in front of; empty for others."""
    return f"{label}年政府工作报告" if re.fullmatch(r"\d{4}", label) and _SPEAKS.search(text[:400]) else ""


def spoken_title(text: str, org: str, year: int | None) -> str:
    """`某县2021年政府工作报告` for a text that says in its opening that it is one; empty for others."""
    if not org or not year or not _SPEAKS.search(text[:400]):
        return ""
    place = org.removesuffix("人民政府")
    return f"{place if len(place) > 1 else org}{year}年政府工作报告"


def _subject(text: str) -> str:
    """What the opening says the report is on: `现将河湖治理工作开展情况汇报如下`, `为做好秋粮收购，…`."""
    first = _first_line(text)
    for match in (_REPORTED.search(text[:600]), _PURPOSE.match(first)):
        if match and not _GENERIC.fullmatch(match["subject"]):
            return _short(_LED.sub("", match["subject"]))
    return ""


def _opening(text: str) -> str:
    first = re.split(r"[。；！？]", _TIME.sub("", _first_line(text)))[0]
    return _short(_SINCE.sub("", re.split(r"[，,]", first)[0] if len(first) > _LONGEST else first))


def _first_line(text: str) -> str:
    lines = (line.strip() for line in text[:2000].splitlines())
    return next((line for line in lines if line and not is_frame(line)), "")


def _short(words: str) -> str:
    words = words.strip("，,。；;：: ")
    return words if len(words) <= _LONGEST else re.split(r"[，,。；;]", words)[0][:_LONGEST]


# --- what tells reports of one title apart ---


def missing_in_title(title: str, org: str, year: int | None) -> str:
    """Body (a place, where none is known) and year, where a title says neither, else empty.

    `国务院 2019年` for `政府工作报告`.
    """
    if years_in(title) or not (org or year) or org in title[: len(org) + 4 if org else 0]:
        return ""
    return " ".join(filter(None, (org, f"{year}年" if year else "")))


_TAG_TEXT, _LEAST_TAG_TEXT = 40_000, 4_000
"""Characters looked through for words that tell reports of one title apart: of all together, and at least of each."""
_TAG_WORD = re.compile(r"[一-龥]{2,8}")
_NO_TAG = re.compile(
    r"工作|建设|推进|完成|加强|开展|项目|情况|单位|干部|党|组织|任务|服务|管理|发展|制度|机制|问题|措施|方式|要求"
)
_TAG_WORDS = 2
_FEWEST_USES = 2


def distinguishing_tags(texts: Sequence[str]) -> list[str]:
    """For each of several texts, words that it uses and the others never do, rare ones first: places and things."""
    room = max(_LEAST_TAG_TEXT, _TAG_TEXT // max(1, len(texts)))
    uses = [_uses(text[:room]) for text in texts]
    spread = Counter(word for counted in uses for word in counted)
    whole = "\n".join(texts)
    return [_rarest(text, counted, spread, whole) for text, counted in zip(texts, uses, strict=True)]


def _uses(text: str) -> Counter[str]:
    uses = Counter(terms(text))
    return Counter({word: n for word, n in uses.items() if _TAG_WORD.fullmatch(word) and not _NO_TAG.search(word)})


def _rarest(text: str, uses: Counter[str], spread: Counter[str], whole: str) -> str:
    own = [word for word, times in uses.items() if times >= _FEWEST_USES and spread[word] == 1]
    own.sort(key=lambda word: (-uses[word] * _rarity()(word) ** 1.5, text.find(word)))
    alone = (word for word in own if whole.count(word) == text.count(word))  # not within other words of the others
    return "、".join(islice(alone, _TAG_WORDS))


@cache
def _rarity() -> Callable[[str], float]:
    """Inverse document frequency of a word, as jieba carries them; one that it lacks is mostly a name, and rarest."""
    table = files("jieba").joinpath("analyse/idf.txt").read_text(encoding="utf-8")
    words = table.split()  # each with its frequency behind it
    known = dict(zip(words[::2], map(float, words[1::2]), strict=True))
    rarest = max(known.values())
    return lambda word: known.get(word, rarest)
