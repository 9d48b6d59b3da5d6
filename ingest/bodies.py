"""The names of public bodies as they are printed: where they end, which words are never one."""

from __future__ import annotations

import re

from rag.institutions import has_head

UNIT = (
    r"(?:管理委员会|管委会|委员会|人民政府|政府|人民委员会|办事处|街道办|办公厅|办公室|研究中心|服务中心|中心|研究院|检察院|法院|医院|学院|大学|中学|小学|学校|党校|"
    r"幼儿园|总队|支队|大队|监督管理局|管理局|总局|分局|局|厅|委|部|署|院|处|所|站|总社|联社|总工会|工会|协会|联合会|商会|学会|红十字会|供销合作社|联合社|供销社|报社|侨联"
    r"|人大|政协|常委会|调查队|研究室|支行|妇联|团委|残联|工商联|文联|科协|"
    r"(?:档案|图书|博物|文化|美术|艺术|科技|科学技术|纪念|展览|方志|史志|体育)馆|电视台|广播电台|气象台|地震台|天文台|剧团|歌舞团|海关|监狱|"
    r"公司|集团|银行|经济技术开发区|经济开发区|开发区|经开区|高新区|产业园区|工业园区|园区|新区|示范区|管理区|街道|社区|团场|农场|林场|乡|镇|村"
    r"|(?:(?<=第[一二三四五六七八九十])|(?<=第十[一二三四]))师|(?<=[一二三四五六七八九十〇零\d]{2})团(?![长体])"
    r"|(?<=[一-龥][一-龥])(?<![督交主承举开兴经代查催协通快好易难补申核审受即立先试创包])办(?![公事理法学好案结件实到成证]))"
)
"""What the name of a body ends in."""

PLACE_UNIT = (
    r"(?:自治区|自治州|自治县|省|(?:(?<![一-龥]{2}城)|(?<=[省州区][一-龥]城))市|州(?![市区县])|盟(?![市区县])"
    r"|区(?<!社区)|县|旗(?![区县镇街])|乡(?![市县])|镇(?![市县]))"
)
"""What the name of a place ends in; `州` of `杭州市` and `乡` of `新乡县` end none."""

WHERE = rf"(?:[一-龥]{{1,6}}?|[xX×*]{{1,4}})?{PLACE_UNIT}"
"""A place, by its name, hidden, or as `区` alone."""

BODY = re.compile(rf"(?:{WHERE}){{0,3}}[一-龥、]{{0,14}}?{UNIT}")
_WHOLE_BODY = re.compile(rf"(?:{WHERE}){{0,3}}[一-龥、]{{0,14}}{UNIT}(?!长)")
MASKED_BODY = re.compile(r"(?:[xX×*]{1,4}|某某?)(?:局|委|厅|办|乡|镇|街道|区|县|市|院|中心|公司|开发区)")

CATEGORY = re.compile(r"(?:乡镇|镇乡|镇街|街镇|乡镇街道|乡村|乡|镇|街道|部门|机关|单位|国企|学校|社区|村)")
"""`（镇乡）` behind a title says what sort of body wrote it, not which."""

_NO_BODY = re.compile(
    r"(?:党委|党工委|市委|区委|县委|省委|州委|地委|旗委|镇党委|乡党委|常委|党中央|主管部门|各部门|有关部门|部门|同志|我们|上级|领导|各级|该[局委区]|各[局委区乡镇]"
    r"|示范区|试验区|先行区|景区|城区|地区|辖区|片区|山区|灾区|小区|库区|场所|车站|网站|工作站|服务站|全部|内部|外部|干部|一部|大部|本部|总部|[新布大格全开变破终定僵危]局|落实处|好处|到处|之处|所处"
    r"|领域|方面|工作|会议|问题|全[省市区县州乡镇旗]|城市|农村|乡村|集镇|城镇|乡镇)$"
    r"|全[省市区县州乡镇旗]|^(?:我们|年|在|对|和|与|由|向|经(?![济开信贸发营管])|各|全|本|该|等|按照|根据|围绕|通过|为|把|将|是|加强|推动|推进|深入|实施|开展|建设|打造|做好|强化|坚持|完善|提升|促进|组织|协调|指导)"
)


_UNIT_ALONE = re.compile(rf"(?!.*开发区|.*高新区|.*园区){UNIT}")


def is_body(name: str) -> bool:
    """Whether a name with the right ending is that of a body and not `有关部门` or `示范区`."""
    if has_head(name) and re.search(r"委$", name):
        return True
    return not (_NO_BODY.search(name) or CATEGORY.fullmatch(name) or _UNIT_ALONE.fullmatch(name))


def body_in(text: str) -> str:
    """The first name of a body in a short text, or empty."""
    for match in BODY.finditer(text):
        if is_body(match[0]):
            return match[0]
        whole = _WHOLE_BODY.match(text, match.start())  # `区委` goes on as `区委组织部`
        if whole and is_body(whole[0]):
            return whole[0]
    return ""


_HIDDEN = r"[xX×*_]{1,6}"


def unmasked(name: str) -> str:
    """`XX市XX区水利局` → `区水利局`: what is hidden says nothing."""
    return re.sub(rf"^(?:{_HIDDEN}(?:省|市|州))*{_HIDDEN}(?=[市区县州乡镇].)", "", name)
