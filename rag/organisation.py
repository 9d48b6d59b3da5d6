"""Names of organisations: what people call them, and whom they mean.

The rule: a short name's characters occur in order in the full name, beginning with its first
(`发改` in `发展和改革`, `城管` in `城市管理`, `经开区` in `经济开发区`). A small table holds the popular names that the
rule cannot reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rag.institutions import SPOKEN, TOPIC, institution, without_head
from rag.model import Span
from rag.text import MASK
from rag.vocabulary import POPULAR

_COURT = "法院|检察院"
_BUREAU = "局|委|厅|办|部门|系统|部"
SCHOOL = "中学|小学|幼儿园|社区"
ZONE = "开发区|经开区|高新区|园区|新区|管委会"
_UNITS = (
    (_BUREAU, "局|委员会|委|厅|部|办公室|办"),
    (ZONE, "开发区|经开区|高新区|园区|新区|管委会|管理委员会"),
    ("镇", "镇|镇人民政府"),
    ("乡", "乡|乡人民政府"),
    ("街道", "街道|街道办事处|街道办"),
    ("公司|集团", "公司|集团"),
    ("中心|院|校|大学|法院|检察院|医院", "中心|院|校|大学|法院|检察院|医院"),
    ("省|市|区|县|州|政府", "人民政府|国务院|省|市|区|县|州"),
)
_NAMED_PLACE = r"(?:[一-龥]城市|[一-龥]{2,5}?(?:省|自治区|自治州|(?<!城)市|州|盟|区(?<!社区)|县|旗))"
_PLACE = re.compile(
    rf"^(?:(?!市场|市政|市容|市民|市监|区域|乡村|县域)[省市区县州乡镇]|(?:{_NAMED_PLACE}(?:人民政府(?=.))?)+)(?=[一-龥]{{2}})"
)
_UNIT_END = re.compile(
    r"(?:人民政府|管理委员会|管委会|委员会|办公室|办事处|经济技术开发区|经济开发区|开发区|高新区|产业园区|工业园区|园区|研究中心|中心|"
    r"局|委|厅|部|办|街道|镇|乡|院|公司|集团)$"
)
_UNIT_WORD = re.compile(
    rf"(?:(?:{SPOKEN})(?!{TOPIC})|{_BUREAU}|{ZONE}|乡(?!镇|村)|(?<![城乡村集古小])镇(?!乡|街|里)|街道|中心"
    rf"|法院|检察院|医院|{SCHOOL}|大学|公司|集团|银行|政府|[大支总]队)(?![长内外])"
)
_CUT = re.compile(
    r"^.*(?:的|那个?|这个?|有个|哪个|和|与|跟|及|或|对比|比较|一下|请问|帮我|查|看看|说说|介绍|想知道|年度?|今年|去年|明年|在|由|向|给|让|被|把|是|咱们?|我们?|你们?|局|委(?!宣传|组织|统战|政法|编|党)|厅|办|部门|什么|多少|怎么|何时|几时|改名成?|更名为?|变成|成为)"
)
"""Words that cannot stand inside a name, with all before them."""
_ZONE_END = re.compile(rf"(?:{ZONE})$")
_ZONE_SORT = re.compile(r"(?:国家级|省级|[省市区县])?(?:经济技术|经济|高新技术产业|高新技术|高新|产业|工业|经)?$")
_COURT_SORT = re.compile(r"(?:人民|中级|高级|最高)+$")


_OFFICE_OF = re.compile(r"[省市区县州旗镇乡]委$")
"""`区委` in `区委办`."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a question that name an organisation."""

    words: str
    stem: str
    unit: str
    span: Span

    @property
    def span_of_stem(self) -> Span:
        return self.span[0], self.span[0] + len(self.stem)


@lru_cache(maxsize=4096)
def bare(org: str) -> str:
    """A name without place, masks and unit: `砚江市临水区交通运输局` → `交通运输`."""
    if known := institution(org):
        return known.kind
    name = org_short(org)
    return _UNIT_END.sub("", name) or name


_PLACE_AT_END = re.compile(r"[省市区县州旗镇乡]委?$")
_ALONE = rf"{ZONE}|{_COURT}|{SPOKEN}"
"""Units that are names by themselves; `街道` is one at the head of a question."""


def _stem_before(words: str, unit: str) -> str:
    before = re.search(r"[一-龥]{0,12}$", words)
    stem = before[0] if before else ""
    office = _OFFICE_OF.search(stem) if unit in ("办", "党校") else None
    if office:
        return _CUT.sub("", stem[: office.start()]) + office[0]
    return _CUT.sub("", stem)


def mentions(question: str) -> list[Mention]:
    """Candidates for names of organisations: at each unit word its possible stems, the longest first.

    A stem ends at a word that cannot be part of a name (`的那个`, `和`) and at another organisation's unit; only a
    zone can go without one (`开发区`).
    """
    found: list[Mention] = []
    for match in _UNIT_WORD.finditer(question):
        stem = _stem_before(question[max(0, match.start() - 12) : match.start()], match[0])
        alone = _ALONE if match.start() else rf"{_ALONE}|街道"
        shortest = 0 if re.fullmatch(alone, match[0]) else 1
        found.extend(
            Mention(stem[i:] + match[0], stem[i:], match[0], (match.start() - len(stem) + i, match.end()))
            for i in range(len(stem) + 1 - shortest)
            if not stem[i:] or not re.fullmatch(SPOKEN, match[0]) or _PLACE_AT_END.search(stem)
        )
    return found


_LEADING = re.compile(r"^(?P<stem>[一-龥]{2,6}?)(?=(?:19|20)\d\d年|工作|系统|今年|去年|明年|上半年)")


def leading_mention(question: str) -> Mention | None:
    """A name without its unit at the head of a question: `城管2025年…`, `教育工作存在的问题`."""
    match = _LEADING.match(question)
    return Mention(match["stem"], match["stem"], "局", match.span("stem")) if match else None


def names(mention: Mention, org: str) -> bool:
    """Whether a mention can mean the organisation of this name, its place left aside (see `place_in`)."""
    if mention.words == org:
        return True
    said, meant = institution(mention.words), institution(org)
    if said and meant:
        return said.kind == meant.kind and in_place(said.place, org)
    if mention.words == org_short(org) and not meant:
        return True
    if branch := _BRANCH.match(org):
        return _means_branch(mention, branch)
    if re.fullmatch(SCHOOL, mention.unit):
        return len(mention.stem) > 1 and org.endswith(mention.words)
    if not _same_unit(mention.unit, org):
        return False
    if not mention.stem and mention.unit == "街道":
        return True
    if re.fullmatch(ZONE, mention.unit):
        return place_in(mention) in ("", *_places(org)) or not _places(org)
    if re.fullmatch(_COURT, mention.unit):
        place = _COURT_SORT.sub("", mention.stem)
        return mention.unit in org and (not place or place in org)
    if mention.unit == "医院" and mention.stem and mention.stem in "省市区县州":
        return org.endswith("人民医院")
    place, core = place_in(mention), bare(org)
    own = _places(org)
    if place and own and not any(p.endswith(place) or place.endswith(p) for p in own):
        return False
    stem = re.sub(r"^[省市区县](?=..)", "", mention.stem[len(place) :])
    if mention.unit in ("公司", "集团") and len(stem) > 1:
        return in_order(stem, core[max(0, core.find(stem[0])) :])  # behind an enterprise's own name: `砚溪城市建设投资`
    return bool(stem) and _stem_means(stem, core)


_BRANCH = re.compile(
    rf"^(?:{_NAMED_PLACE}|[省市州]){{0,4}}(?:(?P<bureau>[一-龥]{{2,12}}?)局(?P<at>[一-龥]{{2,4}}?)|(?P<of>[一-龥]{{0,3}}?)[区县]?(?P<branch>公安|自然资源|生态环境|资规|规划))[区县市]?分局$"
)
"""`岚川市公安局砚溪分局`, `砚溪公安分局`."""


def _means_branch(mention: Mention, branch: re.Match[str]) -> bool:
    """Whether `公安分局`, `砚溪分局` or `公安局` means the branch of a bureau."""
    at = (branch["at"] or branch["of"] or "").rstrip("区县")
    said = re.sub(rf"^(?:{at})?[区县市]?", "", mention.stem).removesuffix("分")
    if mention.unit != "局":
        return False
    return _stem_means(said, branch["bureau"] or branch["branch"]) if said else bool(at) and mention.stem.startswith(at)


def place_in(mention: Mention) -> str:
    """The place that a mention names: `滨海` in `滨海经开区`, `青山县` in `青山县交通局`; empty where it names none."""
    if not mention.unit:
        return ""
    if re.fullmatch(ZONE, mention.unit):
        return _ZONE_SORT.sub("", mention.stem)
    match = _PLACE.match(without_head(mention.stem))
    return match[0] if match and len(match[0]) > 1 else ""


def in_place(place: str, org: str) -> bool:
    """Whether an organisation can be of a place; one whose name holds no place can be of any."""
    own = _places(org)
    return not place or not own or any(p.endswith(place) or place.endswith(p) for p in own)


def _places(org: str) -> list[str]:
    """Places that the name of an organisation holds: `临江市砚山区` → `临江市`, `砚山区`."""
    name = without_head(MASK.sub("", org))
    if _ZONE_END.search(name):
        place = _ZONE_SORT.sub("", _ZONE_END.sub("", name))
        return [place] if len(place) > 1 else []
    match = _PLACE.match(name)
    known = institution(org)
    return re.findall(_NAMED_PLACE, match[0]) if match else [known.place] if known and known.place else []


def _stem_means(stem: str, core: str) -> bool:
    if len(stem) >= 2 and stem[0] == core[:1] and in_order(stem, core):
        return True
    if len(core) >= 2 and core[0] == stem[0] and in_order(core, stem):
        return True
    return any(
        said == stem and len(core) >= 2 and (core.startswith(meant) or meant.startswith(core))
        for said, meant in POPULAR
    )


def _same_unit(unit: str, org: str) -> bool:
    for said, meant in _UNITS:
        if re.fullmatch(said, unit):
            return re.search(rf"(?:{meant})$", org) is not None or (said == _BUREAU and _UNIT_END.search(org) is None)
    return True


def org_short(org: str) -> str:
    """`砚江市临水区交通运输局` → `交通运输局`."""
    return _PLACE.sub("", without_head(MASK.sub("", org))) or org


def same_bodies(orgs: Iterable[str]) -> dict[str, str]:
    """Each name → the fullest one of the same body: `区水利局` is `岚山区水利局` where there is only one such."""
    orgs = list(dict.fromkeys(orgs))
    placed: dict[tuple[str, str], list[str]] = {}
    for org in orgs:
        for place in _places(org)[-1:]:
            for level in ("", place[-1]):
                placed.setdefault((level, _sort_of(org)), []).append(org)
    fuller = {org: placed.get((_level_before(org), _sort_of(org)), []) for org in orgs if org and not _places(org)}
    return {org: fuller[org][0] if len(fuller.get(org, ())) == 1 else org for org in orgs}


def _sort_of(org: str) -> str:
    """`水利局` for any bureau of that name, `共青团` for any committee of that."""
    known = institution(org)
    return known.kind if known else org_short(org)


def _level_before(org: str) -> str:
    """`区` of `区水利局` and of `团区委`."""
    level = re.match(r"[省市区县州旗](?!政|场|容|监)", without_head(org))
    return level[0] if level else ""


def in_order(short: str, full: str) -> bool:
    """Whether the characters of `short` occur in `full` in their order."""
    rest = iter(full)
    return all(c in rest for c in short)


_GOVERNMENT = re.compile(
    r"^(?P<place>[一-龥]{1,7}(?:省|市|自治区|自治州|州|县|区|旗))(?:(?:19|20)\d\d年)?的?(?:人民)?政府(?:工作)?报告"
)


_PEOPLE = (
    "土家|朝鲜|哈尼|景颇|傈僳|布依|仡佬|蒙古|撒拉|东乡|保安|裕固|达斡尔|鄂温克|鄂伦春|毛南|仫佬|纳西|普米|独龙|拉祜|布朗|阿昌|"
    "德昂|基诺|门巴|珞巴|维吾尔|哈萨克|柯尔克孜|塔吉克|锡伯|[回藏苗侗彝白傣壮羌黎畲满瑶水土怒佤京各]"
)
_GOVERNS = re.compile(
    rf"(?:中共[一-龥]{{2,12}}委(?:员会)?[、和])?"
    rf"(?P<stem>[一-龥]{{2,6}}?)(?:(?:(?:{_PEOPLE})族?)*自治[区州县旗]|[省市区县州盟旗])人民政府"
)


def stem_of_government(org: str) -> str:
    """What people call the place of a government, which may report with its committee: `临江` for `临江市人民政府`,
    `云岭` for `云岭苗族自治州人民政府`."""
    match = _GOVERNS.fullmatch(org)
    return match["stem"] if match else ""


def governed_place(question: str) -> str:
    """The place whose government's report a question names at its beginning: `某省2026年政府工作报告…`; else empty."""
    match = _GOVERNMENT.match(question)
    return match["place"] if match else ""
