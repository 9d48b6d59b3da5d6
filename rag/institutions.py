"""Bodies that are no bureaus of a government: what they are called in full, for short, and with their place inside.

`共青团砚溪区委`, `砚溪区团委` and `团区委` are one body, and so are `国家税务总局砚溪区税务局` and `区税务局`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_LEVEL = "[省市区县州旗盟]"
_AT = rf"(?:[一-龥]{{2,6}}?(?:自治区|自治州|{_LEVEL})){{0,4}}|{_LEVEL}"
"""The place of a body: by its names, the highest first, by its level alone, or not at all.

No more than four names: any number of them would take `区区区…` apart in ever more ways."""
_BEFORE = r"[一-龥]{2,5}"
"""`砚溪` of `砚溪团区委`."""

_KINDS: tuple[tuple[str, str], ...] = (
    ("共青团", rf"(?:中国共产主义青年团|共青团)(?:{_AT})(?:工作委员会|委员会|工委|委)?"
     rf"|团(?:{_AT})(?:工委|委)|(?:{_AT})团(?:工委|委)|(?:{_BEFORE})团{_LEVEL}委"),
    ("妇联", rf"(?:{_AT})(?:妇女联合会|妇联)"),
    ("工商联", rf"(?:{_AT})(?:工商业联合会|工商联)"),
    ("总工会", rf"(?:{_AT})总?工会"),
    ("科协", rf"(?:{_AT})(?:科学技术协会|科协)"),
    ("文联", rf"(?:{_AT})(?:文学艺术界联合会|文联)"),
    ("残联", rf"(?:{_AT})(?:残疾人联合会|残联)"),
    ("侨联", rf"(?:{_AT})(?:归国华侨联合会|侨联)"),
    ("红十字会", rf"(?:{_AT})(?:红十字会|红会)"),
    ("供销社", rf"(?:{_AT})(?:供销合作总社|供销合作社联合社|供销合作联社|供销合作社|供销联社|供销社)"),
    ("政协", rf"(?:中国人民政治协商会议|政协)(?:{_AT})(?:委员会)?(?:常务委员会|常委会)?(?:办公室)?"
     rf"|(?:{_AT})政协(?:委员会|常委会)?(?:办公室)?"),
    ("人大", rf"(?:{_AT})(?:人民代表大会|人大)(?:常务委员会|常委会)?(?:办公室)?"),
    ("纪委", rf"(?:中共)?(?:{_AT})(?:纪律检查委员会|纪委)(?:、?(?:{_AT})(?:监察委员会|监委))?"),
    ("监委", rf"(?:{_AT})(?:监察委员会|监委)"),
    ("党校", rf"(?:中共)?(?:{_AT})委?党校"),
    ("组织部", rf"(?:中共)?(?:{_AT})委?组织部"),
    ("宣传部", rf"(?:中共)?(?:{_AT})委?宣传部"),
    ("统战部", rf"(?:中共)?(?:{_AT})委?(?:统一战线工作部|统战部)"),
    ("政法委", rf"(?:中共)?(?:{_AT})(?:委政法委员会|委政法委|政法委员会|政法委)"),
    ("编办", rf"(?:中共)?(?:{_AT})委?(?:机构编制委员会办公室|编委办公室|编办)"),
    ("党委办公室", rf"(?:中共)?(?:{_AT})(?:党?委办公室|党?委办)"),
    ("政府办公室", rf"(?:{_AT})(?:人民)?政府(?:办公室|办)"),
    ("税务局", rf"(?:国家税务总局)?(?:{_AT})税务局"),
    ("统计调查队", rf"国家统计局(?:[一-龥]{{2,6}})调查队|(?:{_AT})(?:统计)?调查队"),
)  # fmt: skip
"""(what a kind of body is known as, how its names are put)."""
_NAMES = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)

SPOKEN = (
    r"共青团(?:[一-龥]{2,6}?[省市区县州旗](?:委员会|委))?|妇女联合会|妇联|工商业联合会|工商联|总工会|工会|科学技术协会|科协"
    r"|文学艺术界联合会|文联|残疾人联合会|残联|归国华侨联合会|侨联|红十字会|供销合作社(?:联合社)?|供销联社|供销社|政协"
    r"|人大(?:常委会)?|党校"
)
"""How a question names those whose names do not end as those of bureaus do, but for the place in front."""
TOPIC = r"(?:代表|委员|建议|提案|议案|组织|活动|会员|干部|经费|主席|[驿书])"
"""`政协提案`, `工会会员`: what stands behind such a name where no author is named."""


@dataclass(frozen=True, slots=True)
class Institution:
    kind: str
    """`共青团`, however it is written."""
    place: str
    """`砚溪区`; empty where the name holds none."""


_HEAD = re.compile(
    rf"^(?:中国共产党|中共|中国共产主义青年团|共青团|中国人民政治协商会议|政协|国家税务总局|国家统计局|国网|中国人民银行|人民银行"
    rf"|民盟|民建|民进|民革|农工党|致公党|九三学社|团(?={_LEVEL}工?委))(?=[一-龥]{{2}})"
)


def without_head(name: str) -> str:
    """A body's name from its place on: `共青团砚溪区委` → `砚溪区委`, `团区委` → `区委`."""
    return _HEAD.sub("", name)


def has_head(name: str) -> bool:
    """Whether a name begins with the body that it is a part of, so that `区委` at its end names no party committee."""
    return _HEAD.match(name) is not None


@lru_cache(maxsize=4096)
def institution(name: str) -> Institution | None:
    """Which such body a name is of; None for a bureau, a township, an enterprise."""
    kind = next((kind for kind, pattern in _NAMES if pattern.fullmatch(name)), "")
    if not kind:
        return None
    if parted := re.fullmatch(rf"({_BEFORE})团({_LEVEL})委", name):
        return Institution(kind, parted[1] + parted[2])
    places = re.findall(rf"[一-龥]{{2,6}}?(?:自治区|自治州|{_LEVEL})(?=.)", without_head(name))
    return Institution(kind, places[-1] if places else "")
