"""Web pages (.html): the article without navigation, advertising, comments and scripts, one block a line.

Two kept extractors were tried on report pages before this: readability-lxml 0.9 lost lists, tables and the title;
trafilatura 2.3 lost the title of a page without navigation, and ran a report laid out in a table with <br> into one
line. Both are made for news. Here lxml parses, `article` selects, and `lines` renders every block that is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

from ingest.readers.article import ARTICLE_LEVEL, select
from ingest.readers.base import LONG_CELL, Parsed, shown, table_lines
from ingest.readers.encoding import decode
from ingest.readers.numbering import number, number_text
from rag.errors import FileError

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)

_CODECS = {
    **dict.fromkeys(["gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80"], "gb18030"),
    **dict.fromkeys(["big5", "big5-tw", "x-x-big5"], "cp950"),
    "big5-hkscs": "big5hkscs",
    "utf-8": "utf-8",
    "utf8": "utf-8",
}
"""Charsets that pages declare; others (iso-8859-1 of a forgetful server) are not believed."""

_DECLARED_WITHIN = 4096
"""Bytes in which a page must declare its charset (the HTML standard says 1,024; some come later)."""

MAX_TABLES = 20
"""Tables inside each other that are read as tables; deeper ones are read as plain blocks."""

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")

_ORDERED = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}

_SOURCE_LINE_BREAK = re.compile(r"(?<=[^\x00-\xff])[ \t]*[\r\n]\s*(?=[^\x00-\xff])")
_NO_XML = re.compile("[\0-\x08\x0b\x0e-\x1f\ufffe\uffff]")  # libxml2 reads them, but lxml cannot move them
_BLANKS = re.compile(r"[ \t\r\n\f]+")


def looks_like_html(data: bytes) -> bool:
    """Whether a file of another name is a saved web page (`.doc` files of many sites are)."""
    start = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html")) or (start.startswith(b"<?xml") and b"<html" in start)


def read_html(data: bytes, name: str) -> Parsed:
    """The article of a web page; raises FileError where there is none."""
    declared = _CHARSET.search(data[:_DECLARED_WITHIN])
    codec = _CODECS.get(declared[1].decode("ascii", "replace").lower(), "") if declared else ""
    decoded = decode(data, name, declared=codec)
    source = _XML_DECLARATION.sub("", _NO_XML.sub("", decoded.text))
    # huge_tree: 2,048 levels instead of 256, which pages with unclosed <font> exceed.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = html.document_fromstring(source.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise _no_article(name) from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise FileError(
            f"网页“{shown(name)}”的标签嵌套太深，没有读全", "请在浏览器里打开，把正文复制到 .txt 文件再添加"
        )
    title, article = select(root)
    text = lines(article)
    if title and title not in "".join(text[:3]):
        text.insert(0, title)
    if not text:
        raise _no_article(name)
    return Parsed("\n".join(text), decoded.encoding)


def _no_article(name: str) -> FileError:
    return FileError(f"网页“{shown(name)}”里没有找到正文", "请在浏览器里打开核对；也可以把正文复制到 .txt 文件再添加")


def lines(node: html.HtmlElement) -> list[str]:
    """The text of an element as a browser breaks it into lines; no empty lines."""
    return _Renderer(0).render(node)


class _Renderer:
    """Collects inline text until a block begins or ends; `depth` is how many tables it is in."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.lines: list[str] = []
        self.inline: list[str] = []

    def flush(self) -> None:
        line = _BLANKS.sub(" ", "".join(self.inline)).strip()
        self.inline.clear()
        if line:
            self.lines.append(line)

    def render(self, root: html.HtmlElement) -> list[str]:
        """All lines in an element; no recursion but into tables, since pages nest thousands deep."""
        walker = etree.iterwalk(root, events=("start", "end"))
        items: dict[html.HtmlElement, int] = {}
        for event, node in walker:
            block = node.tag in ARTICLE_LEVEL or node.tag == "br"
            if block:
                self.flush()
            if event == "end":
                self.text(node.tail if node is not root else None)
                continue
            if node.tag == "table" and node is not root and self.depth < MAX_TABLES:
                self.lines += table_lines(_rows(node, self.depth + 1))
            elif node.tag == "pre":
                self.lines += [line.rstrip() for line in node.text_content().splitlines() if line.strip()]
            elif node.tag not in ("rt", "rp"):  # pinyin over characters
                self.inline.append(_item_label(node, items))
                self.text(node.text)
                continue
            walker.skip_subtree()
        self.flush()
        return self.lines

    def text(self, text: str | None) -> None:
        if text:
            self.inline.append(_SOURCE_LINE_BREAK.sub("", text))


def _item_label(node: html.HtmlElement, items: dict[html.HtmlElement, int]) -> str:
    """The number that a browser shows before an item of an ordered list; `items` counts for each list."""
    parent = node.getparent()
    if node.tag != "li" or parent is None or parent.tag != "ol":
        return ""
    items[parent] = items.get(parent, number(parent.get("start") or "1", 1) - 1) + 1
    return number_text(items[parent], _ORDERED.get(parent.get("type") or "1", "decimal")) + "."


def _rows(table: html.HtmlElement, depth: int) -> list[list[list[str]]]:
    """Rows of cells of lines, without those of tables inside a cell; a caption is a row of its own.

    A short cell that reaches down is repeated, so that each row can be read by itself.
    """
    rows: list[list[list[str]]] = []
    reaching: dict[int, tuple[int, list[str]]] = {}
    for row in _parts(table):
        if row.tag == "caption":
            rows.append([_Renderer(depth).render(row)])
            continue
        cells: list[list[str]] = []
        for cell in row.iterchildren("td", "th"):
            _repeat_from_above(cells, reaching)
            text = _Renderer(depth).render(cell)
            down = number(cell.get("rowspan") or "1", 1) - 1
            if down > 0 and sum(map(len, text)) <= LONG_CELL:
                reaching[len(cells)] = (down, text)
            cells.append(text)
        _repeat_from_above(cells, reaching)
        rows.append(cells)
    return rows


def _repeat_from_above(cells: list[list[str]], reaching: dict[int, tuple[int, list[str]]]) -> None:
    """Add the cells of earlier rows that reach down to the place where the row has come to."""
    while len(cells) in reaching:
        down, text = reaching.pop(len(cells))
        if down > 1:
            reaching[len(cells)] = (down - 1, text)
        cells.append(text)


def _parts(table: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Rows and captions of a table, also those in its sections."""
    for child in table:
        if child.tag in ("tbody", "thead", "tfoot"):
            yield from child.iterchildren("tr")
        elif child.tag in ("tr", "caption"):
            yield child
