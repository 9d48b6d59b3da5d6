"""What is in a report file but is not the report: site boilerplate, advertising, page numbers, running heads."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.alignment import Edit
from ingest.lines import line_spans, lines_with, whole_line
from rag.model import Span

_LONGEST_SITE_LINE = 400
_SENTENCE_END = "。！？；：!?;:…"

# --- what a site writes around a text ---

_SITE_BEGINS = re.compile(
    r"[【\[]?(?:导语|引言|概述|摘要|编者按)[】\]]?[：:].{0,200}(?:欢迎|参考|借鉴|整理|如何才能写好)"
    r"|【(?:概述|导读|正文|全文)】$"
    r"|\W*(?:"
    r"(?:(?:发布|发文|更新|成文)?(?:时间|日期)|(?:浏览|阅读|访问|点击)(?:次数|量|数|率)?|(?:信息|文章|稿件?)?来源|责任编辑|责编|审核人?|字[体号])"
    r"\s*[：:]\s*(?:(?:19|20)\d\d\s*[-/.年]|\d+\s*次?(?:\s|$)|[^，。；]{0,40}$)"
    r"|(?:您?(?:当前|现在)?(?:的|所在)?位置|首页)\s*[：:>＞»›|｜/]"
    r"|(?:主办|承办|技术支持)(?:单位)?[：:]"
    r"|(?:上一篇|下一篇|相关(?:文章|推荐|阅读|新闻|链接)|推荐阅读|热门(?:文章|推荐)|点击下载|下载(?:本文|文档|全文))\s*[：:]?(?!.*。).{0,80}$"
    r")"
    r"|上传人[：:]|第\d+页\s*[/／]\s*共\d+页$|亲[，,]\s*该?文档|资源描述[：:]?$|展开阅读全文$|(?:收藏|分享|下载|相关|举报|\s|[（(]赏[)）])+$"
    r"|\d+\s*[：:.]\s*.{0,12}(?:本站|本文档|文档中|网站|侵权|版权).{0,80}$"
    r"|[-\s]*(?:ID|大小|页数|格式|文件大小|文档编号)\s*[：:]|[-\s]*\d+(?:\.\d+)?\s*[KM]B$"
    r"|[-\s]*\d{4}-\d\d-\d\d\s*(?:发布|上传)?$"
    r"|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s+\d{1,2}:\d\d(?::\d\d)?)?\s*(?:来源|作者|编辑|浏览|点击|字[号体])[：:].{0,60}$"
    r"|[-\s]*(?:网站)?客服(?:QQ|电话)?\s*[：:]|(?:收藏|分享|分享赚钱|下载文档|温馨提示)(?:\s+(?:收藏|分享|分享赚钱|下载文档))*[：:]?$"
    r"|(?:[\s|｜/【】\[\]（）()·]*(?:打印(?:本页)?|关闭(?:窗口|本页)?|收藏|分享(?:到)?|返回(?:顶部|首页|列表)?|我要纠错|字[号体][：:]?|[大中小]))+[\s|｜/【】\[\]（）()·：:]*$"
    r"|来源时间为?[：:]|今天是[：:]?\s*\d{4}年|(?:source_)?url:|publish_date:"
    r"|https?://\S+(?:\s+\d+/\d+)?$|\d{4}[/-]\d{1,2}[/-]\d{1,2}[,，]?\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s.{0,60})?$"
)
"""How lines begin that a document site writes around a text: introduction, dates and counts, navigation, tools."""

_SITE_INSIDE = re.compile(
    r"由会员.{0,6}(?:分享|上传)|可(?:免费)?在线(?:阅读|浏览).{0,6}更多相关|页(?:珍藏|完整)版"
    r"|小编.{0,20}(?:整理|分享|收集|带来|推荐|为(?:大家|您|你))|为(?:你|您|大家)整理了?.{0,60}(?:希望|参考|借鉴|帮助|阅读)"
    r"|本文档?(?:由用户上传|内容版权)|(?:下载|付费)前请.{0,6}(?:仔细|先)?阅读|公式或PPT动画|对本文档?(?:有)?版权有争议"
    r"|整理的[一二三四五六七八九十\d]+篇范文"
    r"|(?:本文|本站|文档|内容|资料)(?:来源于|来自|转载自|由).{0,20}(?:网|网站|上传|整理|提供)"
    r"|(?:网站地图|联系我们|关于我们|设为首页|加入收藏|收藏本站|无障碍(?:浏览|阅读)?).{0,40}[|｜]"
    r"|[|｜].{0,40}(?:网站地图|联系我们|关于我们|设为首页|加入收藏|无障碍)"
    r"|版权所有|ICP备|公网安备|网站标识码|免责声明|All Rights Reserved|建议使用.{0,30}(?:浏览器|分辨率)"
    r"|扫一扫.{0,16}(?:打开|分享|查看|浏览).{0,10}$"
    r"|^.{2,60}\.(?:docx?|pdf|wps|txt)(?:_第\d+页)?$|^(?:[^<>＞»\n]{1,16}[>＞»]){2,}[^<>＞»\n]{0,40}$"
    r"|^.{0,24}\d{4}[-/]\d{1,2}[-/]\d{1,2}\s+\d{1,2}:\d\d:\d\d[^。]{0,24}$"
)
"""What such lines say; each alternative is a phrase no report contains, a file's name, `首页>要闻>正文`, or a time to
the second."""

_INSIDE_WORDS = (
    "会员", "本文", "请仔细", "请先", "动画", "在线阅读", "在线浏览", "珍藏", "完整版", "小编", "整理", "来源于",
    "来自", "转载", "上传", "网站地图", "联系我们", "关于我们", "首页", "收藏", "无障碍", "版权所有", "ICP备",
    "公网安备", "标识码", "免责声明", "Rights", "建议使用", "扫一扫",
    ".doc", ".pdf", ".wps", ".txt", ">", "＞", "»",
)  # fmt: skip
"""Each alternative but the last needs one of these."""

_SITE_SENTENCE = re.compile(r"《[^《》\n]{2,80}》由会员[^。\n]{0,200}(?:搜索|检索)。?")
"""The same where the site glued it to the text."""

_META_TAIL = re.compile(
    r"(?<=。)展开阅读全文$|(?<=\S)[ \t]+(?:发布)?(?:时间|日期)[：:]\s*(?:19|20)\d\d[-/.年][^，。；\n]{0,100}$|\[编辑\]$"
)
"""`1982年政府工作报告 时间: 2019-03-07信息来源:…`; the edit link of a wiki's heading."""

_GLUED_WORDS = ("由会员", "时间：", "时间:", "日期：", "日期:", "[编辑]", "展开")
"""Each of the two needs one of these."""

# --- what a seller writes ---

_OFFER = re.compile(
    r"素材|会员|客服|代写|代笔|润笔|润色|扫码|网盘|加群|入群|进群|下载|售后|假冒|好评|接单|VIP|公众号|微信|QQ|原创|范文|文库|联系|更新|咨询|限时|优惠|包年|检索",
    re.IGNORECASE,
)
_HARD_OFFER = re.compile(
    r"素材库|代写|代笔|润笔|网盘|加群|入群|进群|SVIP|VIP会员|加微信|添加微信|QQ群|范文|文库|包年|客服(?:微信)?[：:]|微信号?[：:]",
    re.IGNORECASE,
)
_OFFER_LEADS = (
    "素材库", "代写", "代笔", "润笔", "网盘", "加群", "入群", "进群", "VIP", "vip", "Q群", "q群", "微信", "范文",
    "文库", "包年", "客服",
)  # fmt: skip
"""The unmistakable words begin with one of these."""
_CALL = re.compile(r"欢迎|请|有意|认准|咨询|联系|添加|加入|关注|需要的|随时|入会|！|!")
_OFFER_WORDS = 3
"""An advertisement calls on the reader with at least three different words of an offer, one of them unmistakable; a
report's own line on `客服热线` or `公众号` has one or two."""


_SUSPECT = re.compile("|".join(map(re.escape, (*_INSIDE_WORDS, *_OFFER_LEADS, *_GLUED_WORDS))) + r"|:\d\d:\d\d")


def boilerplate(text: str) -> Iterator[Edit]:
    """Lines that a document site or a seller added, and the site's sentences and dates glued to other lines."""
    suspect = set(lines_with(text, _SUSPECT))
    for span in line_spans(text):
        start, end = span
        short = end - start <= _LONGEST_SITE_LINE
        if short and (_SITE_BEGINS.match(text, start, end) or (span in suspect and _is_added(text[start:end]))):
            yield Edit(*whole_line(text, span))
        elif span in suspect:
            for pattern in (_SITE_SENTENCE, _META_TAIL):
                if glued := pattern.search(text[start:end]):
                    yield Edit(start + glued.start(), start + glued.end())


_OTHERS = re.compile(
    r"(?m)(?:相关(?:文章|范文|推荐|阅读|内容|热词)|推荐(?:阅读|文章)|猜你喜欢|延伸阅读|更多[^。\n]{0,12}(?:文章|推荐))"
    r"[】\]]?[：:]?[ \t]*$"
)
_LONGEST_OTHERS = 48
_OTHER = re.compile(r"(?:\d{1,2}[.．、]|[·•▪●◆>★-])?\s*[^。；！？：:]{4,48}")
_MOST_OTHERS = 30


def other_pages(text: str) -> Iterator[Edit]:
    """The list of other pages that a site puts below its text: `【…】相关文章：⏎1.教师工作总结⏎2.医生工作总结`."""
    for heading in _OTHERS.finditer(text):
        start = text.rfind("\n", 0, heading.start()) + 1
        if heading.end() - start > _LONGEST_OTHERS or "。" in text[start : heading.end()]:
            continue
        below = line_spans(text, heading.end())[:_MOST_OTHERS]
        if below and all(_OTHER.fullmatch(text, *span) for span in below) and below[-1][1] == len(text.rstrip()):
            yield Edit(start, len(text))
            return


def _is_added(line: str) -> bool:
    return _SITE_INSIDE.search(line) is not None or is_offer(line)


def is_offer(line: str) -> bool:
    """Whether a line sells something."""
    if not any(word in line for word in _OFFER_LEADS):
        return False
    offers = {word.upper() for word in _OFFER.findall(line)}
    return len(offers) >= _OFFER_WORDS and bool(_HARD_OFFER.search(line) and _CALL.search(line))


# --- watermarks ---

_MARKED = re.compile(r"[。！？；：:]([A-Za-z0-9]{2,8})$")
_LONGEST_MARK = 8
_FEWEST_MARKS = 4
_MOSTLY_AT_ENDS = 0.8


def watermarks(text: str) -> Iterator[Edit]:
    """A short Latin token at the end of line after line, `…。wm7`, also where a break goes through it.

    It stands behind final marks at least four times, as no word does, and hardly anywhere but at the end of a line.
    """
    ends = ((max(start, end - _LONGEST_MARK - 1), end) for start, end in line_spans(text) if text[end - 1].isascii())
    found = (match[1] for start, end in ends if (match := _MARKED.search(text, start, end)))
    behind_marks = Counter(token for token in found if not token.isdigit())
    for token, times in behind_marks.most_common(1):
        if times < _FEWEST_MARKS:
            return
        broken = r"\n?".join(map(re.escape, token))
        found = list(re.finditer(rf"(?m)(?<![A-Za-z0-9\n]){broken}[ \t]*$", text))
        if len(found) >= _MOSTLY_AT_ENDS * text.count(token):
            yield from (Edit(match.start(), match.end()) for match in found)


# --- pages ---

_PAGE = re.compile(r"(\d{1,3})、")
_LONE = re.compile(
    r"(?:[-—–－·]{1,2}\s*(\d{1,3})\s*[-—–－·]{1,2}|第\s*(\d{1,3})\s*页(?:\s*[,，共/]{1,2}\s*第?\s*\d{1,3}\s*页)?|(\d{1,3})(?:\s*/\s*\d{1,3})?)"
)
_FEWEST_PAGES = 4
_FEWEST_MARKED = 2
"""Of page numbers that say so: `- 3 -`, `第3页`."""
_SHORTEST_PAGE = 150
"""Characters of an average page: items of a list are closer together."""


def counted_pages(text: str) -> Iterator[Edit]:
    """Page numbers at line starts that cut sentences: `1、… ⏎2、… ⏎3、…` up to the last page.

    They are told from a list's items by their distance and by most line breaks before them being in mid-sentence.
    The break before the number goes with it, and so does `1、` before the first page.
    """
    lines = line_spans(text)
    run: list[tuple[int, re.Match[str]]] = []
    for i, (start, _) in enumerate(lines):
        page = _PAGE.match(text, start)
        if page is None or int(page[1]) != len(run) + 1:
            continue
        if not run or _cut_before(text, lines, i) or start - run[-1][1].start() >= _SHORTEST_PAGE:
            run.append((i, page))
    if len(run) < _FEWEST_PAGES or run[-1][1].start() - run[0][1].start() < _SHORTEST_PAGE * (len(run) - 1):
        return
    if sum(_cut_before(text, lines, i) for i, _ in run[1:]) * 2 < len(run) - 1:
        return
    yield Edit(run[0][1].start(), run[0][1].end())
    for i, page in run[1:]:
        yield Edit(lines[i - 1][1], page.end())


def _cut_before(text: str, lines: Sequence[Span], i: int) -> bool:
    """Whether the line before line `i` ends in the middle of a sentence."""
    return i > 0 and text[lines[i - 1][1] - 1] not in _SENTENCE_END


def lone_page_numbers(text: str) -> Iterator[Edit]:
    """Lines that hold nothing but a page number, where at least four of them (two, where they say so) count up by one,
    a page apart; and the head or foot of the pages, if the same line stands beside most of them."""
    found, marked = [], set()
    lines = line_spans(text)
    for start, end in lines:
        match = _LONE.fullmatch(text, start, end) if end - start <= 24 else None
        if match:
            found.append(((start, end), int(match[1] or match[2] or match[3])))
            if match[3] is None:
                marked.add((start, end))
    for run in _counting(found):
        fewest = _FEWEST_MARKED if marked.issuperset(run) else _FEWEST_PAGES
        if len(run) >= fewest and run[-1][0] - run[0][0] >= _SHORTEST_PAGE * (len(run) - 1):
            for span in sorted([*run, *_beside_pages(text, lines, run)]):
                yield Edit(*whole_line(text, span))


def _beside_pages(text: str, lines: Sequence[Span], pages: Sequence[Span]) -> Iterator[Span]:
    """The lines right above, or right below, most of the page numbers, where they are all the same."""
    numbers = [bisect_left(lines, page) for page in pages]
    for beside in (-1, 1):
        near = [lines[i + beside] for i in numbers if 0 <= i + beside < len(lines)]
        near = [(a, b) for a, b in near if 4 <= b - a <= _LONGEST_HEAD and text[b - 1] not in _SENTENCE_END]
        for line, times in Counter(text[a:b] for a, b in near).most_common(1):
            if times * 2 > len(pages) and times >= _FEWEST_PAGES - 1:
                yield from ((a, b) for a, b in near if text[a:b] == line)


def _counting(found: Sequence[tuple[Span, int]]) -> Iterator[list[Span]]:
    """Stretches in which each number is one or two above the last."""
    run: list[Span] = []
    last = 0
    for line, number in found:
        if run and number - last not in (1, 2):
            yield run
            run = []
        run.append(line)
        last = number
    if run:
        yield run


_LONGEST_HEAD = 60
_FEWEST_HEADS = 4


def running_heads(text: str) -> Iterator[Edit]:
    """A line that stands at least four times in the text, mostly in the middle of a sentence: the head of a page."""
    lines = line_spans(text)
    places: dict[str, list[int]] = {}
    for i, (start, end) in enumerate(lines):
        if 4 <= end - start <= _LONGEST_HEAD and text[end - 1] not in _SENTENCE_END:
            places.setdefault(text[start:end], []).append(i)
    heads = sorted(
        i
        for at in places.values()
        if len(at) >= _FEWEST_HEADS and sum(_in_sentence(text, lines, i) for i in at) * 2 > len(at)
        for i in at
    )
    for i in heads:
        yield Edit(*whole_line(text, lines[i]))


def _in_sentence(text: str, lines: Sequence[Span], i: int) -> bool:
    """Whether line `i` stands between two parts of one sentence: long lines, the first without a final mark."""
    if not 0 < i < len(lines) - 1:
        return False
    before, after = lines[i - 1], lines[i + 1]
    return (
        before[1] - before[0] >= 16 and text[before[1] - 1] not in _SENTENCE_END + "”）)" and after[1] - after[0] >= 8
    )
