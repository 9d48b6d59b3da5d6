"""What is in a report file but is not the report: site boilerplate, advertising, page numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.alignment import Edit

_SITE_LINE = re.compile(
    r"由会员分享.{0,8}可在线阅读|可在线阅读.{0,6}更多相关|页珍藏版|"
    r"(?:导语|導語)[：:].{0,60}(?:如何才能写好|欢迎阅读)|整理的[一二三四五六七八九十\d]+篇范文|"
    r"(?:本文|本站|文档|内容|资料)(?:来源于|来自|转载自|由).{0,20}(?:网|网站|上传|整理|提供)|"
    r"(?:上一篇|下一篇|相关(?:文章|推荐|阅读)|免责声明|版权所有|点击下载|下载本文|推荐阅读)[：:]|"
    r"^\W*(?:时间|发布时间|发布日期|更新时间|浏览次数|阅读次数|点击数)[：:]\s*(?:20\d\d[-/.年]|\d+\s*次?$)"
)
"""Lines that a document site writes around a text; each alternative is a phrase no report contains."""

_OFFER = re.compile(
    r"素材|会员|客服|代写|代笔|润笔|扫码|网盘|加群|入群|进群|下载|售后|假冒|好评|接单|[sS][vV][iI][pP]|VIP|vip|公众号|微信号|加微信|添加微信|QQ群|"
    r"原创|范文|文库|联系方式|请联系|更新材料|电话咨询|咨询电话|限时|优惠价|包年"
)
_HARD_OFFER = re.compile(
    r"素材库?|客服|代写|代笔|润笔|扫码|网盘|加群|入群|进群|[sS][vV][iI][pP]|加微信|添加微信|QQ群|范文|文库|包年"
)
"""An advertisement speaks of at least two of these, one of them from the short list; a report's own line on
`公众号` or `微信` speaks of one."""

_PAGE = re.compile(r"(?m)^(\d{1,3})、")
_LONE = re.compile(
    r"(?m)^[ \t]*(?:[-—–－·]{1,2}\s*(\d{1,3})\s*[-—–－·]{1,2}|第\s*(\d{1,3})\s*页(?:\s*[共/]\s*第?\s*\d{1,3}\s*页)?|(\d{1,3})(?:\s*/\s*\d{1,3})?)[ \t]*(?:\n|\Z)"
)
_SENTENCE_END = "。！？；：!?;:…"
_FEWEST_PAGES = 4


def boilerplate(text: str) -> Iterator[Edit]:
    """Lines that a document site or a seller added."""
    at = 0
    for line in text.splitlines(keepends=True):
        if len(line) <= 400 and (_SITE_LINE.search(line) or is_offer(line)):
            yield Edit(at, at + len(line))
        at += len(line)


def is_offer(line: str) -> bool:
    """Whether a line sells something: it has two different words of an offer, one of them unmistakable."""
    return bool(_HARD_OFFER.search(line)) and len(set(_OFFER.findall(line))) >= 2


def counted_pages(text: str) -> Iterator[Edit]:
    """Page numbers at line starts that cut sentences: `1、… ⏎2、… ⏎3、…` up to the last page.

    They are told from a list's items by counting up by one over consecutive lines, with most line breaks in
    mid-sentence. The break before the number goes with it, and so does `1、` before the first page.
    """
    lines = [(m.start(), m) for m in re.finditer(r"(?m)^.*\S.*$", text)]
    numbers = [(start, m, _PAGE.match(text, start)) for start, m in lines]
    first = next((i for i, (_, _, page) in enumerate(numbers) if page and page[1] == "1"), None)
    if first is None:
        return
    run = []
    for expected, (start, line, page) in enumerate(numbers[first:], 1):
        if page is None or int(page[1]) != expected:
            break
        run.append((start, line, page))
    if len(run) < _FEWEST_PAGES:
        return
    cut = sum(text[line.end() - 1] not in _SENTENCE_END for _, line, _ in run[:-1])
    if cut * 2 < len(run) - 1:
        return
    for i, (start, _, page) in enumerate(run):
        begin = start
        if i:
            begin = run[i - 1][1].end()
        yield Edit(begin, page.end())


def lone_page_numbers(text: str) -> Iterator[Edit]:
    """Lines that hold nothing but a page number, where these count up by one at least four times."""
    found = [(m, int(m[1] or m[2] or m[3])) for m in _LONE.finditer(text) if m[0].strip()]
    for i, (match, number) in enumerate(found):
        neighbours = [n for _, n in found[max(0, i - 3) : i + 4]]
        if len(found) >= _FEWEST_PAGES and (number + 1 in neighbours or number - 1 in neighbours):
            yield Edit(match.start(), match.end())
