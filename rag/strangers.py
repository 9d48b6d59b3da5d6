"""Bodies that a question names and the library does not have: which words are a name, and which speak of banks,
hospitals or governments in general.

A name consists of words that names are made of, by jieba's dictionary: places, trades and words that it does not have,
no verbs but those of trades, nobody in general (`群众`), no adverbs and no dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.institutions import SPOKEN
from rag.model import Span
from rag.organisation import SCHOOL, Mention, mentions
from rag.tokens import HAN_RUN, dictionary_tag, terms
from rag.vocabulary import POPULAR

_WORDS_TOO = ("办", "部", "部门", "系统", "中心", *SCHOOL.split("|"))
"""Units that are also ordinary words; alone they do not show that a body is named."""
_OF_PLACE = re.compile(r"(?<![全各本我两几每])(?![全各本我两几每])(?:[一-龥]{2,5})?[省市区县州旗镇乡]")
"""What stands before `妇联` where one body of that kind is named."""
_NOT_A_NAME = re.compile(
    r"(?:各|哪些?|哪个|几个|这个?|那个?|该|本|我|你|另一?个?|其他|其它|有关|相关|多个|每个|某|全|什么|主管|职能|两个|三个|所有|哪几个|一个|和|跟|与|对|由|请|被|让|从|给|的|在|是|咱们?|我们|他们|不同|基层|直属|镇|乡|成立|新任|组织|政法|干|全[省市区县]各?|[省市区县]直各?)$"
)
_GENERIC_STEM = re.compile(r"(?:[省市区县州]|各级|上级|国家|中央|人大|政协|常|党|纪|团|工|[省市区县][委直级属]?)$")
_SORT_OF = re.compile(
    r"公立|私立|民营|国有|私营|外资|上市|商业|村镇|本地|外地|当地|地方|重点|中心|定点|大型|小型|中小|级以上|[一二三]级|[一二三甲]等"
)
"""`二级以上公立医院` is a sort of body, not one."""
_NOBODY = re.compile(
    r"(?:老?百姓|群众|人民群众|人们|大家|居民|市民|村民|农民|农户|农民工|民众|公众|学生|大学生|毕业生|子女|孩子|儿童|娃娃?|家长|家庭|老师|教师"
    r"|老人|老年人|年轻人|青年|妇女|工人|职工|员工|干部|领导|党员|党员干部|代表|委员|患者|病人|医生|游客|用户|商户|商家|客商|老板|个体户|贫困户|低保户"
    r"|企业|企业家|公司|单位|部门|政府|银行|学校|医院|报告|总结|材料|文件|文章|计划|方案|通报|汇报|会议|问题|困难|工作|情况|项目)$"
)
"""Who or what is no part of a name at its head; behind it a name may begin."""
_TRADES = re.compile(
    r"统计|审计|促进|执法|保障|退役|退役军人|扶贫|扶贫开发|采购|审批|开发|治理|保护|防治|组织|信访|健康|统战|征收|搬迁|拆迁|安置|鉴定|认证|出版|演出|勘察|防火|殡葬|登记|缉私"
    r"|接待|翻译|编译|节能|发行|养护|征稽|排水|振兴|协调|指挥|控制|预防|招生|就业|禁毒|反恐|调解|收购|租赁|老干部|和|及"
)
"""Words of names that the dictionary has as verbs or that speak of people elsewhere."""
_PLACES_TOO = re.compile(
    r"解放|前进|团结|跃进|胜利|建设|和平|光明|幸福|平安|安定|振兴|复兴|永安|向阳|友好|自强|奋斗|红旗|新兴|繁荣|富强"
)
"""What streets and towns are called beside what the dictionary has as places."""
_NO_PART = re.compile(r"v[idqg]?|ad?|d|p|c|r|tg?|y|e|mq?|q|u[jlvdzg]?|i|z")
"""Parts of speech, by jieba's tags, that names have no words of."""
_PROPER = re.compile(r"|ns|nr|nrt|nrfg|nt|nz")
"""Tags of names; words that the dictionary lacks have none."""
_GENERAL = re.compile(r"外国|外贸|城市|新建|中国|我国|全国")
"""Words with such a tag that tell none of a sort from the others."""
_NOT_ALONE = frozenset(
    "去上下到找看进住在欠给跟问想听请叫为对从往至按比用以因随当就才还也都又再很更最太没不无可能会应该说讲谈提写称有做搞抓买卖借贷出回过来走带让被把将其各每某这那哪几多少前后里外内个家所座"
)
"""Single characters that are words of their own rather than part of a name."""
_COMMON = ("政府", "银行", "医院", "大学", "公司", "集团", "法院", "检察院", "园区", "开发区", "新区")
"""Units of which there are many, so that they are spoken of in general: one is named by a proper name."""
_OWN = {
    "银行": "建设|农业|工商|交通|招商|中国|人民|邮政储蓄|储蓄|开发",
    "医院": "人民|中医|第[一二三四五六]",
    "公司": "供电|电力|公交|自来水|水务|燃气|热力|烟草|石油|电信|移动|联通|城投|交投|文旅|国投|盐业",
    "集团": "供电|电力|公交|水务|燃气|热力|城投|交投|文旅|国投",
    "法院": "人民", "检察院": "人民",
    "开发区": "经济|经济技术|高新|高新技术|高新技术产业",
}  # fmt: skip
"""Common units that a place has one of, by the word in front."""
_LEVELS = "省市区县州旗盟镇乡村"
_ORDINAL = re.compile("第?[一二三四五六七八九十]")
_ORDINARY = re.compile(
    r"(?:[布格结大开当僵破残]|(?<!安)全)局$|[大客餐前]厅$|[下返回家故老水侨之进出离]乡$|[坐重古名]镇$|[主大小背]街道$"
)
"""`格局`, `下乡`: words that end as names do."""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    tag: str
    """jieba's; empty for what the dictionary does not have."""

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def unknown_mention(question: str) -> Mention | None:
    """The organisation that a question names, for one that names none of the library's; None where it names nobody.

    Generic words (`各局`, `哪个部门`, `区委`, `群众去医院`) name nobody, and neither do units that are words of their
    own (`咋办`).
    """
    return next((mention for mention in mentions(question) if _is_name(question, mention)), None)


_AND = re.compile(r"(?:(?:19|20)\d\d年?)?(?:[、，,和与跟及]|以及|还有)(?:(?:19|20)\d\d年?的?)?")
_TOGETHER = re.compile(r"联合|会同|配合|合作|对接|协同|联手|一起|共同|联动|沟通")


def unknown_beside(question: str, known: Sequence[Span]) -> list[Mention]:
    """Organisations that stand in a row with known ones (`甲局、乙局和丙局`) and are none of these; `known`:
    where these are named. Nobody where a body is asked about that works with another."""
    if not known or _TOGETHER.search(question):
        return []
    ends = {span[1] for span in known}
    # `和` behind a name begins no word such as `和文`.
    question = "".join("、" if i in ends and char in "和与跟及" else char for i, char in enumerate(question))
    longest = {m.span[1]: m for m in reversed(mentions(question)) if m.span[1] not in ends and _is_name(question, m)}
    row = [*known, *(m.span for m in longest.values())]

    def in_row(span: Span) -> bool:
        return any(
            _AND.fullmatch(question, min(span[1], other[1]), max(span[0], other[0])) for other in row if other != span
        )

    return [mention for _, mention in sorted(longest.items()) if in_row(mention.span)]


def _is_name(question: str, mention: Mention) -> bool:
    """Whether a mention surely is the name of a body."""
    if re.fullmatch(SPOKEN, mention.unit):
        return _OF_PLACE.fullmatch(question, *mention.span_of_stem) is not None
    if mention.unit in _WORDS_TOO or not 2 <= len(mention.stem) <= 8 or _ORDINARY.search(mention.words):
        return False
    if _NOT_A_NAME.search(mention.stem) or _GENERIC_STEM.fullmatch(mention.stem) or _SORT_OF.search(mention.stem):
        return False
    words = _words(question, mention)
    if words is None or not all(_names(question, word) for word in words):
        return False
    return mention.unit not in _COMMON or _is_proper(question, mention, words)


def _words(question: str, mention: Mention) -> list[_Word] | None:
    """The words of a mention but its unit; None where it begins or ends inside a word of the dictionary."""
    (start, end), unit = mention.span, mention.span_of_stem[1]
    unit -= max((len(said) for said, _ in POPULAR if mention.stem.endswith(said)), default=0)  # `住建`: no words
    words = [word for word in _cut(question, start) if start < word.end and word.start < end]
    for word in words:
        across = word.start < start or word.end > end or word.start < unit < word.end
        whole = start <= word.start and word.end <= end and not (_NO_PART.fullmatch(word.tag) and len(word.text) < 3)
        if across and word.tag and not whole:
            return None
    inner = ((max(word.start, start), min(word.end, unit), word) for word in words)
    return [_Word(question[first:last], first, word.tag) for first, last, word in inner if first < last]


def _cut(question: str, at: int) -> Iterator[_Word]:
    """The words of the run of Han characters that a place in the question is in."""
    run = next(run for run in HAN_RUN.finditer(question) if run.start() <= at < run.end())
    start = run.start()
    for word in terms(run[0]):
        yield _Word(word, start, dictionary_tag(word))
        start += len(word)


def _names(question: str, word: _Word) -> bool:
    """Whether a word can be part of a name."""
    if any(p.fullmatch(word.text) for p in (_TRADES, _PLACES_TOO, _ORDINAL)):
        return True
    if len(word.text) == 1:
        return word.text not in _NOT_ALONE
    if _is_place(question, word):
        return True
    return not _NOBODY.fullmatch(word.text) and not _NO_PART.fullmatch(word.tag)


def _is_place(question: str, word: _Word) -> bool:
    """Whether the level of a place follows: `平定` in `平定县教育局`."""
    return question[word.end : word.end + 1] in _LEVELS and not _NOBODY.fullmatch(word.text) and bool(word.tag)


def _is_proper(question: str, mention: Mention, words: list[_Word]) -> bool:
    """Whether one of many of its sort is named, `砚溪医院`, or the one that there is: `供电公司`."""
    if re.fullmatch(rf".*(?:{_OWN.get(mention.unit, '(?!)')})", mention.stem):
        return True
    alone = [word for word in words if len(word.text) == 1 and word.text not in _LEVELS]
    return len(alone) > 1 or any(
        len(word.text) > 1 and (_PROPER.fullmatch(word.tag) or _is_place(question, word))
        for word in words
        if not _GENERAL.fullmatch(word.text)
    )
