"""Words of a question as the reports have them: 违法建设 for 违建, 地区生产总值 for GDP."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from rag.tokens import is_word


_OFFICIAL: tuple[tuple[str, str], ...] = (
    ("gdp", "生产总值"), ("财政收入", "一般公共预算收入"), ("社零", "社会消费品零售总额"), ("社消", "社会消费品零售总额"),
    ("固投", "固定资产投资"), ("规上", "规模以上"), ("高企", "高新技术企业"), ("专利", "知识产权"), ("外贸", "进出口"), ("低保", "最低生活保障"),
    ("养老金", "养老保险"), ("老师", "教师"), ("老人", "老年人"), ("学校", "中小学"), ("看病", "医疗"), ("房价", "房地产"), ("工资", "收入"),
    ("修路", "公路"), ("公交车", "公交"), ("工人", "职工"), ("电动车", "非机动车"), ("自行车", "非机动车"), ("垃圾站", "垃圾处理"),
    ("找工作", "就业"), ("上学", "入学"), ("停车位", "停车泊位"), ("减负", "减轻负担"), ("农民工", "务工人员"), ("污水厂", "污水处理厂"),
)  # fmt: skip
"""(what people say, how official papers put it); only where the papers at hand do put it so, and only so."""
_HARDLY = 2


def official_forms(terms: Iterable[str], texts: Sequence[str]) -> dict[str, str]:
    """For each everyday term the official wording, where the texts use it."""
    said = dict(_OFFICIAL)
    absent = (t for t in terms if t in said and not any(t in text.lower() for text in texts))
    return {t: said[t] for t in absent if any(said[t] in text for text in texts)}


def full_forms(terms: Iterable[str], texts: Sequence[str]) -> dict[str, str]:
    """For each two-character term that the texts hardly use, the four-character phrase it shortens, if one is found.

    Chinese abbreviations take the first character of each half (违建, 违法建设; 环保, 环境保护); both halves of the
    phrase must be words of the dictionary.
    """
    found: dict[str, str] = {}
    for term in terms:
        if not re.fullmatch(r"[一-龥]{2}", term) or sum(text.count(term) for text in texts) > _HARDLY:
            continue
        pattern = re.compile(rf"{term[0]}[一-龥]{term[1]}[一-龥]")
        counts = Counter(phrase for text in texts for phrase in pattern.findall(text))
        likely = (phrase for phrase, _ in counts.most_common() if is_word(phrase[:2]) and is_word(phrase[2:]))
        if phrase := next(likely, ""):
            found[term] = phrase
    return found
