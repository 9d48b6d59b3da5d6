"""A question as a structure: whom and which years it is about, what kind of section, what is asked for, on what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from rag.model import Kind
from rag.text import fold, numeral, to_simplified, years_in
from rag.tokens import terms


class Intent(StrEnum):
    """What is asked for."""

    LIST = "list"  # the points of a section
    FIGURE = "figure"
    DATE = "date"
    NAME = "name"
    WAY = "way"  # how something is done
    REASON = "reason"
    WHICH = "which"  # which reports say it
    COMPARE = "compare"
    TREND = "trend"  # a figure over the years
    OVERVIEW = "overview"  # what one report says on the whole
    FACT = "fact"  # keywords without a sentence


@dataclass(frozen=True, slots=True)
class Question:
    asked: str
    text: str
    """Simplified, narrow letters and digits."""
    intent: Intent
    kinds: tuple[Kind, ...]
    years: tuple[int, ...]
    relative_year: int | None
    """-2 for 前年, -1 for 去年, 0 for 今年, 1 for 明年; None where the question has none."""
    terms: tuple[str, ...]
    """Topic words, each once."""
    matter: str = ""
    """The text without a description and without exceptions (`除了亮点`)."""
    description: str = ""
    """Words that tell which report is meant rather than what is asked of it: `有湿地公园的那个开发区`."""
    count: int = 0
    """7 in `哪七点意见`: how many points the answer should have; 0 where the question does not say."""
    ordinal: int = 0
    """3 in `第三点展开说说`, else 0."""
    elliptic: bool = False
    """Whether it leans on what was asked before: `那另一个局呢？`"""
    other: bool = False
    """Whether it asks for another one than before: `另一个局`, `其他几家`."""


_KINDS: tuple[tuple[Kind, str], ...] = (
    (Kind.PLAN, r"打算|计划|思路|安排|下一?步|下一?阶段|明年|来年|要点|目标|准备(?:怎么|做|干|在)|怎么干|谋划|部署|有何举措|要做(?:哪|什么)|将(?:怎么|如何|采取|重点)|今后|往后|接下来|目标是"),
    (Kind.PROBLEM, r"(?:什么|哪些|主要|存在|突出|啥|有何|几个|哪几[个方]面?)[^，。？]{0,6}(?:问题|困难|不足|短板|毛病|难题|差距|瓶颈|挑战)|(?:问题|困难|不足|短板|毛病|难题|差距|瓶颈|挑战|难处|掣肘|制约|薄弱环节)[^，。？]{0,4}(?:是|有|在|吗|呢|？|$)|(?:困难|问题|不足)[和与、 ]+(?:问题|困难|不足)|(?:^| )(?:问题|困难|不足)(?: |$)|掣肘|难点|难处|堵点|痛点|卡在|短处|差在|软肋|欠缺|没做好|没完成"),
    (Kind.HIGHLIGHT, r"亮点|特色(?:做法|工作)?|创新(?:做法|举措|点)|出彩|突出成绩"),
    (Kind.SUGGESTION, r"建议|恳请|希望上级|向上级|请求"),
    (Kind.SUMMARY, r"[一-龥]了(?:哪|什么|啥|几)|做了|干了|完成(?:了|情况|得|怎|多)|成效|成绩|总结|开展了|进展|采取(?:过|了)|情况(?:怎么样|如何)|怎么样|取得|落实得|是(?:怎么|咋|如何)[^，。？]{0,8}的"),
)  # fmt: skip

_FIGURE = r"多少|(?<!哪)(?<!分)几(?=[个块钱家条项次名人份处所座辆台公里亩吨万亿元天年月批种支场件户间套届只张步期起岁成倍]|分之)|第几|多大|多长|多高|多远|多久|占比|比例|百分之|比率|增速|增长率|总额|金额|人数|总量|达到多|率(?:是|为|有)?(?:多少)?[？?]?$"
_INTENTS: tuple[tuple[Intent, str], ...] = (
    (Intent.COMPARE, r"对比|比较(?!便宜|好|大|多)|相比|区别|异同|差别|不同之处|有什么不同|有何不同|[哪谁][个家边里]?[^，。？]{0,6}(?:更|最)[高多大快低少强长]|哪[个家边](?:高|多|大|快|低|少|强|长)|谁(?:高|多|大|快|低|少)|差多少|vs"),
    (Intent.WHICH, r"哪(?:些|几)[份篇]?(?:报告|总结|文件|材料|单位|部门|局|委|乡镇|镇|乡|街道|开发区|家)|几[份篇](?:报告|总结|材料|里|都)|哪些[^，。？]{0,10}(?:材料|报告|总结|文件)|(?:都有|有)谁|哪些[^，。？]{0,8}(?:提|讲|说|写|涉及)(?:到|了|过)|谁(?:都)?(?:提|讲|说)|分别是哪|哪[几些]?(?:个|家)?(?:单位|部门|局|报告)|谁(?:都)?(?:提到|讲到|说到|写到)|(?:谁的|哪[些几]?[^，。？]{0,4}的?)(?:总结|报告)|都有哪些(?:单位|部门|局)"),
    (Intent.TREND, r"历年|逐年|近[几两三四五\d]年|这[几两三]年|每年(?:分别|各)|变化(?:情况)?|趋势|走势|从\s*(?:19|20)\d\d年?.{0,4}到\s*(?:19|20)\d\d|(?:19|20)\d\d年?[到至\-—](?:19|20)\d\d年"),
    (Intent.NAME, r"什么意思|是指什么|指的是什么|什么含义|是个?啥意思"),
    (Intent.LIST, r"(?:几[个件条项点]|哪[几一二三四五六七八九十两])[^，。？]{0,12}(?:分别|各)?(?:是什么|是啥|是哪|有哪)|分(?:哪)?几|哪几|哪些[^，。？]{0,6}(?:措施|举措|办法|做法)|哪[一二三四五六七八九十两][个项条点]"),
    (Intent.REASON, r"为什么|为何|为啥|原因|因为(?:什么|啥)|怎么(?:会|没|还没|不)|咋没|何以|凭什么"),
    (Intent.FIGURE, _FIGURE),
    (Intent.DATE, r"什么时[候间]|何时|哪一?天|几月|几号|哪年|哪个月|啥时候|时间(?:是|节点)|多会儿|截止到?什么|期限|年底前还是"),
    (Intent.WAY, r"怎么|怎样|如何|咋|办法|措施|手段|途径|方式|做法|举措"),
    (Intent.LIST, r"哪些|有什么|有啥|些什么|些啥|哪几|几方面|几个方面|都有|分别|要点|重点是|列(?:出|举)|包括|内容|任务|什么(?:打算|计划|思路|安排|问题|困难|不足|建议|亮点|工作|成效)|干了啥|做了啥|做啥|干啥|是啥|是什么|打算|思路|亮点|主要问题|哪[一二三四五六七八九十两]"),
    (Intent.NAME, r"谁|哪[一]?[个家位条座所处位支]|哪里|哪儿|什么名|叫什么|叫啥|名字|名称|在哪|什么(?:荣誉|称号|奖|单位|机构|品牌|公司|企业|项目|地方)|何人|何处"),
    (Intent.OVERVIEW, r"概况|总体(?:情况|怎么样)|讲了(?:什么|啥)|说了(?:什么|啥)|主要内容|介绍(?:一下)?|概括|总的"),
)  # fmt: skip

_RELATIVE = (("前年", -2), ("去年", -1), ("上年", -1), ("今年", 0), ("本年", 0), ("明年", 1), ("来年", 1))
_ORDINAL = re.compile(r"第([一二三四五六七八九十\d]{1,3})(?:点|条|项|个|方面|款|部分)(?!季度)")
_LEANS = re.compile(
    r"^(?:那么?|其中|里面|这里面|它|他们|她|这个|这些|那个|那些|上面|前面|刚才|还有|另外|另一|其他|其它|为什么|为何|怎么没|再|接着|然后|具体|详细|展开)|呢[？?]?$|展开(?:说|讲)|详细(?:说|讲)|^第[一二三四五六七八九十\d]+[点条项个]"
)
_DESCRIPTIONS = (
    re.compile(r"[（(](?P<what>[^（）()]{2,30}?)(?:的)?那(?:篇|份|个|家)(?:报告|总结|材料)?[）)]"),
    re.compile(
        r"^(?P<what>[^，。？！]{2,24}?)的?那(?:个|篇|份|次|家)(?:报告|总结|材料|文件|会议|会|开发区|经开区|园区|单位|局|乡镇?|镇|街道)?(?:里|上|中)?[，,]?"
    ),
    re.compile(r"^(?P<what>[^，。？！]{2,12}?)为主的"),
)
_EXCEPT = re.compile(r"除了?[^，,。？]{1,12}?(?:之外|以外|外)?[，,]")
_COUNT = re.compile(
    r"(?:哪|那|这|抓|定的?|分|概括为|总共)?的?([一二三四五六七八九十两]{1,2})(?:大|个|项|条|点|件|方面|块|类|种)(?!月|亿|万)"
)
_OTHER = re.compile(r"另一?[个家份]|另外[一二两三]?[个家份]|其[他它][几两]?[个家份]?|别的")

_STOP = frozenset(
    "的 了 是 在 有 和 与 及 或 也 都 就 还 吗 呢 啊 吧 呀 这 那 个 些 什么 哪些 哪个 哪 几 多少 多 怎么 怎样 如何 咋 为什么 为何 啥 干啥 做 干 要 会 能 请 问 请问 一下 "
    "说 讲 讲到 提到 谈到 关于 对于 方面 情况 工作 主要 具体 分别 各 各是 等 把 被 给 从 到 为 以 对 里 中 上 下 内 外 里面 其中 一个 一只 哪家 哪几 几个 几家 几点 谁 我 我们 咱们 你 他 它 "
    "报告 总结 计划 打算 思路 安排 问题 困难 不足 建议 意见 亮点 措施 办法 做法 举措 内容 下一步 下步 今年 去年 明年 前年 年 年度 告诉 知道 介绍 列出 列举 概括 归纳 总的 一共 总共 共 "
    "单位 部门 局里 区里 县里 市里 那个 这个 那份 那篇 那次 这份 这块 这方面 那些 这些 事 事情 的话 以及 并 并且 而且 但 但是 除了 之外 以外 所 之 其 其他 其它 另外 另 再 又 很 更 最 比较 对比 "
    "哪个高 高 吗 没 没有 不 是否 有没有 都有 有什么 有啥 些什么 用了 用 采取 采取过 开展 进行 准备 需要 应该 可以 时候 什么时候 何时 哪里 哪儿 叫 叫什么 名字 几份 几方面 以来 一年 全年 上 最近 目前 现在 当前 到 想 让 "
    "一些 一点 各个 每个 怎么样 怎么干 怎么办 如何推进 咋样 呗 嘛 哦 拿 拿了 去 来 点 条 项 次".split()
)  # fmt: skip
_ASKING = re.compile(
    r"哪(?:些|几)?(?:份|篇|个|家)?(?:局|委|单位|部门|报告|总结|地方|乡镇|镇|乡|街道)|(?:讲|提|说|谈|写)(?:到|过|了)+|出现过?|反映过?|相关(?:内容|情况)|(?:做|干)了?(?:哪些|什么|啥)|怎么样|分别(?:是|有|叫)?|下一?步|那?[前后上下]一?年|^那么?|呢[？?]?$|大概|大约|左右|当时|眼下|目前|当前|现在|有没有|那么些|那么多|这么多|搞了?|概括成?|意思|含义|后面|每个字|一共|总共|往后|今后|将来|当年|年底|具体|主要|存在的?|突出|自己|承认|第[一二三四五六七八九十\d]+[点条项个]"
)
_NO_TOPIC = re.compile(
    r"(?:19|20)\d\d年?|\d{1,2}|年|月|日|[一二三四五六七八九十两几]+(?:个|点|项|条|大|件|块|家|份|篇|支|种|方面)?"
)
FUNCTION = frozenset(
    "的了是在有和与及或也都就还吗呢这那个些几多少怎么样如何为啥各给定被把从到以对里中上下内外又很更最再要会能说讲等其之所不没吧啊呀哪什谁何时候个"
)
"""A word of nothing but these characters is no topic: `各有`, `还有`, `定的`."""
_MEASURES = re.compile(
    r"平方?米|平方|平米|立方米?|公里|千米|公顷|万?亩|[万亿]?美?元|[万亿]|[家人辆件户台场车]次|百分[点比]|[千公]?[克斤瓦]|[万千]?吨|[小课]?时|分钟|人数|数量|多少"
)
"""Units say how the answer is measured, not what it is on."""
_KIND_WORDS = re.compile(
    r"目标|难处|难点|堵点|痛点|难题|差距|瓶颈|挑战|难度|打算|计划|思路|安排|问题|困难|不足|短板|毛病|建议|亮点|成效|成绩|总结|措施|办法|举措|要点|情况|做法|掣肘|原因"
)


def parse(asked: str) -> Question:
    """Understand a question by itself, without the library or what was asked before."""
    text = re.sub(r"\s+", " ", to_simplified(fold_width(asked))).strip()
    description, matter = _described(text)
    asked_for = _EXCEPT.sub("", matter)
    kinds, intent = _kinds(asked_for), _intent(matter)
    if Kind.PROBLEM in kinds and intent in (Intent.NAME, Intent.FACT):
        intent = Intent.LIST  # 差在哪里？卡在哪儿？
    ordinal = _ORDINAL.search(text)
    return Question(
        asked=asked,
        text=text,
        intent=intent,
        kinds=kinds,
        years=tuple(years_in(text)),
        relative_year=next((shift for word, shift in _RELATIVE if word in text), None),
        terms=topic_terms(asked_for),
        matter=asked_for,
        description=description,
        count=_count(matter),
        ordinal=numeral(ordinal[1]) if ordinal and len(text) < 24 else 0,
        elliptic=_LEANS.search(text) is not None,
        other=_OTHER.search(text) is not None,
    )


def _described(text: str) -> tuple[str, str]:
    """(words that describe a report, the rest of the question); the first is empty where there is no description.

    Two descriptions (`甲那个开发区和乙那个`) are for a comparison and stay in the question.
    """
    if len(re.findall(r"那[个篇份家]", text)) > 1:
        return "", text
    for pattern in _DESCRIPTIONS:
        match = pattern.search(text)
        if match and len(match["what"]) >= 2:
            rest = text[: match.start()] + " " + text[match.end() :]
            return match["what"], re.sub(r"\s+", " ", rest).strip(" ，,") or text
    return "", text


def _count(text: str) -> int:
    match = _COUNT.search(text)
    return numeral(match[1].replace("两", "二")) if match else 0


def fold_width(text: str) -> str:
    """Full-width letters and digits as narrow ones; Chinese punctuation stays."""
    return "".join(fold(c) if "０" <= c <= "ｚ" or c.isascii() else c for c in text)


def _kinds(text: str) -> tuple[Kind, ...]:
    kinds = [kind for kind, pattern in _KINDS if re.search(pattern, text)]
    if Kind.PROBLEM in kinds and re.search(r"解决|化解|整改|破解|消除|发现|查出|排查|处理", text):
        # 问题 is then what something was done about, not the chapter that is asked for.
        kinds.remove(Kind.PROBLEM)
    return tuple(kinds)


def _intent(text: str) -> Intent:
    for intent, pattern in _INTENTS:
        if re.search(pattern, text):
            return intent
    return Intent.FACT


def topic_terms(text: str) -> tuple[str, ...]:
    """Words that say what the question is on: no stop words, years, counts or words of asking.

    Single characters count only where there is nothing else: `罚` in `罚了多少？`.
    """
    quoted = quotations(text)
    for phrase in quoted:
        text = text.replace(phrase, " ")
    words = [*quoted, *_joined(terms(_ASKING.sub(" ", text)), text)]
    words = [w for w in words if not _MEASURES.fullmatch(w)]
    kept = [w for w in words if w not in _STOP and not _NO_TOPIC.fullmatch(w) and not set(w) <= FUNCTION]
    if any(len(w) > 1 or w.isascii() for w in kept):
        kept = [w for w in kept if len(w) > 1 or w.isascii()]
    return tuple(dict.fromkeys(w for w in kept if not is_kind_word(w)))


def quotations(text: str) -> list[str]:
    """What a question puts in quotation marks: it is meant as it stands."""
    return [m[1] for m in re.finditer(r"[“\"『「]([^”\"』」]{2,12})[”\"』」]", text)]


def _joined(words: list[str], text: str) -> list[str]:
    """Neighbouring single characters as one word, as they stand in the text: a word that the dictionary lacks."""
    joined: list[str] = []
    for word in words:
        single = len(word) == 1 and not word.isascii() and word not in _STOP and word not in FUNCTION
        if single and joined and len(joined[-1]) == 1 and joined[-1] + word in text and joined[-1] not in FUNCTION:
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def is_kind_word(word: str) -> bool:
    """Whether a word names a kind of section rather than a topic."""
    return _KIND_WORDS.fullmatch(word) is not None
