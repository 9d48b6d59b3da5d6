"""Which part of a web page is the article: what is certainly not is taken out, then the frame around the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import html

ARTICLE_LEVEL = frozenset(
    [
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
            "dir",
            "div",
            "dl",
        ),
        *(
            "dt",
            "fieldset",
            "figcaption",
            "figure",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
        ),
        *("li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead"),
        *("tr", "ul"),
    ]
)
"""Tags that begin a line."""

_NEVER = frozenset(
    [
        *("script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas", "audio", "video"),
        *(
            "button",
            "select",
            "option",
            "textarea",
            "input",
            "datalist",
            "nav",
            "head",
            "map",
            "dialog",
            "link",
            "meta",
        ),
    ]
)

_FRAMES = frozenset(["div", "section", "article", "main", "center", "form", "td", "th", "fieldset"])
_TABLE_PARTS = frozenset(["table", "tbody", "thead", "tfoot", "tr"])

# Names (class or id) that sites give to what is not the article, in English and in pinyin.
_CHROME_WORDS = frozenset(
    [
        *("nav", "navbar", "menu", "submenu", "crumb", "crumbs", "weizhi", "dqwz", "daohang"),
        *(
            "foot",
            "footer",
            "bottom",
            "copyright",
            "banquan",
            "sidebar",
            "aside",
            "toolbar",
            "tools",
            "login",
            "search",
        ),
        *("ad", "ads", "adv", "gg", "guanggao", "banner", "popup", "modal", "pager", "rank", "tags"),
        *("share", "fenxiang", "qrcode", "ewm", "erweima", "reply", "pinglun", "tuijian", "xiangguan"),
    ]
)
_CHROME_STARTS = ("breadcrumb", "navigation", "related", "recommend", "comment", "advert", "pagination", "bdshare")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

# First words of a block that is not the article: `相关阅读`, `网友评论（3）`.
_CHROME_HEADING = re.compile(
    r"(相关(阅读|文章|推荐|链接|新闻|信息|文档|资源)|热门(文章|推荐|标签|文档)|推荐(阅读|文章)|猜你喜欢|延伸阅读|友情链接|"
    r"大家都在看|(网友|最新|发表|全部|用户|精彩)?(评论|留言)(区|列表)?)[\s:：（(\d)）条]*$"
)
# Whole lines of a page's frame: `当前位置：首页 > 公开`, `上一篇：…`, `版权所有 …`, `【打印】【关闭】`.
_CHROME_LINE = re.compile(
    r"(您?(现在的|当前的?|所在)位置|当前位置)\s*[:：].*|[上下]一[篇条]\s*[:：].*|版权所有.*|copyright.*|.{0,30}icp备.{0,40}|"
    r"分享(到|至|给)?\s*[:：]?.{0,20}|扫一扫.{0,20}|[\[【]?(打印(本页)?|关闭(窗口|本页)?)[\s\]】|].{0,20}|"
    r"字(体|号)\s*[:：].{0,20}|返回(顶部|首页|列表)",
    re.IGNORECASE,
)
_TITLE_NAMES = frozenset(["title", "tit", "headline", "bt", "biaoti"])

LINKS_SHARE = 0.5
"""From this share of characters in links on, a block with three or more links is a menu or a list of articles."""

FRAME_SHARE = 0.7
"""Least share of a part's characters that its frame around the article must hold."""

LONG_TITLE = 60
"""Characters; a longer line is no title."""


@dataclass(slots=True)
class _Measure:
    """What is in an element: characters, characters in links, links, full stops, lines."""

    chars: int = 0
    linked: int = 0
    links: int = 0
    stops: int = 0
    lines: int = 0

    def add(self, other: _Measure) -> None:
        self.chars += other.chars
        self.linked += other.linked
        self.links += other.links
        self.stops += other.stops
        self.lines += other.lines

    def add_text(self, text: str | None) -> None:
        if text:
            self.chars += len("".join(text.split()))
            self.stops += text.count("。")


def select(root: html.HtmlElement) -> tuple[str, html.HtmlElement]:
    """The page's title, where it stands outside the article (else empty), and the article's element.

    Takes navigation, advertising and comments out of `root`.
    """
    page_title = (root.findtext(".//title") or "").strip()
    body = root.find("body")
    body = root if body is None else body
    _prune(body)
    measures = _measures(body)
    article = _innermost_frame(body, measures)
    return _title_before(article, body, page_title, measures), article


def _prune(body: html.HtmlElement) -> None:
    """Remove what is certainly not the article, unless it holds half of the page."""
    for node in list(body.iterdescendants()):
        hidden = node.get("hidden") is not None or _HIDDEN.search(node.get("style") or "")
        if hidden or node.tag in _NEVER or not isinstance(node.tag, str):
            _remove(node)
    measures = _measures(body)
    half = measures[body].chars / 2
    for node in list(body.iterdescendants()):
        if node.tag in ARTICLE_LEVEL and measures[node].chars < half and _is_chrome(node, measures[node]):
            _remove(node)


def _remove(node: html.HtmlElement) -> None:
    parent = node.getparent()
    if parent is not None:
        node.drop_tree()


def _is_chrome(node: html.HtmlElement, measure: _Measure) -> bool:
    if node.tag in ("footer", "aside"):
        return True
    words = re.split(r"[^a-z]+", f"{node.get('class') or ''} {node.get('id') or ''}".lower())
    if any(word in _CHROME_WORDS or word.startswith(_CHROME_STARTS) for word in words):
        return True
    if measure.links >= 3 and measure.linked > LINKS_SHARE * measure.chars:
        return True
    if measure.chars <= LONG_TITLE and _CHROME_LINE.fullmatch(_squeezed(node.text_content())):
        return True
    return bool(_CHROME_HEADING.match(_first_text(node)))


def _first_text(node: html.HtmlElement) -> str:
    return next((_squeezed(text) for text in node.itertext() if text.strip()), "")


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _measures(body: html.HtmlElement) -> dict[html.HtmlElement, _Measure]:
    """The measure of every element, its descendants included."""
    measures: dict[html.HtmlElement, _Measure] = {}
    for node in reversed(list(body.iter())):  # children come before their parents
        own = _Measure()
        own.add_text(node.text)
        for child in node:
            own.add(measures[child])
            own.add_text(child.tail)
        if node.tag == "a" and not (node.get("href") or "#").startswith("#"):
            own.linked = own.chars
            own.links += 1
        elif (node.tag in ARTICLE_LEVEL and own.chars) or node.tag == "br":
            own.lines += 1
        measures[node] = own
    return measures


def _innermost_frame(body: html.HtmlElement, measures: dict[html.HtmlElement, _Measure]) -> html.HtmlElement:
    """Go into the frame that holds most of the text, as long as nothing that reads like prose is left outside.

    Prose is two full stops or more. A frame is left alone where others of its kind stand beside it: paragraphs written
    as <div>, or the pages of an article in several parts.
    """
    node = body
    while True:
        frames = [frame for frame in _frames(node) if measures[frame].chars]
        if not frames:
            return node
        best = max(frames, key=lambda frame: measures[frame].chars)
        whole, inside = measures[node], measures[best]
        parallel = best.tag != "td" and any(
            (f.tag, f.get("class")) == (best.tag, best.get("class")) for f in frames if f is not best
        )
        if parallel or inside.lines < 3 or whole.stops - inside.stops >= 2 or inside.chars < FRAME_SHARE * whole.chars:
            return node
        node = best


def _frames(node: html.HtmlElement) -> list[html.HtmlElement]:
    """The nearest frames inside an element; cells of a table that lays out the page are such."""
    frames: list[html.HtmlElement] = []
    children = list(node)
    while children:
        child = children.pop()
        if child.tag in _FRAMES:
            frames.append(child)
        elif child.tag in _TABLE_PARTS:
            children += child
    return frames


def _title_before(
    article: html.HtmlElement, body: html.HtmlElement, page_title: str, measures: dict[html.HtmlElement, _Measure]
) -> str:
    """The line before the article that is its title: a heading, or what the page's own title begins with."""
    best, best_rank = "", 0
    for node in body.iterdescendants():
        if node is article:
            break
        if 4 <= measures[node].chars <= LONG_TITLE:
            text = _squeezed(node.text_content())
            rank = _title_rank(node, text, page_title)
            if rank and rank >= best_rank:
                best, best_rank = text, rank
    return best


def _title_rank(node: html.HtmlElement, text: str, page_title: str) -> int:
    """How much an element before the article is like its title; 0 for not at all."""
    if node.tag == "h1":
        return 3
    if text in page_title:
        return 2
    names = set(re.split(r"[^a-z]+", f"{node.get('class') or ''} {node.get('id') or ''}".lower()))
    return 1 if node.tag in ("h2", "h3", "b", "strong") or names & _TITLE_NAMES else 0
