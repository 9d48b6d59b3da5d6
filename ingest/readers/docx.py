"""Word documents (.docx): paragraphs, automatic numbering, tables as rows, text boxes and notes, in reading order.

The XML is walked here rather than through python-docx, which gives neither numbering nor text boxes nor what stands
inside content controls and tracked insertions. Names are matched in any namespace, so that strict and transitional
documents read alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.readers.base import LONG_CELL, Parsed, table_lines
from ingest.readers.numbering import Element, Numbering, attribute, local, number, parse_numbering, value_of
from ingest.readers.package import broken, open_package, parse_xml

_SKIPPED = frozenset(
    [
        *("del", "moveFrom", "delText", "instrText", "delInstrText"),  # tracked deletions, field codes
        *("rt", "Fallback"),  # pinyin over characters; what older programs see instead of a drawing
        *("pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr"),
    ]
)

MAX_STYLES_DEEP = 12
"""Styles based on each other that are followed; a document that bases them in a circle must come to an end."""

_LABEL_NEEDS_BLANK = re.compile(r"[0-9A-Za-z.]$")
_STARTS_LATIN = re.compile(r"^[0-9A-Za-z]")


@dataclass(frozen=True, slots=True)
class _Styles:
    """Paragraph styles: which list and level each one numbers with."""

    numbering: dict[str, tuple[str, int]]
    default: str


@dataclass(frozen=True, slots=True)
class _Document:
    numbering: Numbering
    styles: _Styles
    notes: dict[tuple[str, str], str]
    """Text of foot- and endnotes by kind and id; each is taken out where it is first referred to."""


def read_docx(data: bytes, name: str) -> Parsed:
    """The text of a .docx, a paragraph or table row a line; headers and footers left out. Raises FileError."""
    package = open_package(data, name)
    part = _main_part(package, name)
    root = parse_xml(package, part, name)
    body = None if root is None else root.find("{*}body")
    if body is None:
        raise broken(name)
    folder = part.rpartition("/")[0] + "/" if "/" in part else ""
    document = _Document(
        numbering=parse_numbering(parse_xml(package, folder + "numbering.xml", name)),
        styles=_parse_styles(parse_xml(package, folder + "styles.xml", name)),
        notes=_parse_notes(
            {kind: parse_xml(package, f"{folder}{kind}s.xml", name) for kind in ("footnote", "endnote")},
        ),
    )
    return Parsed("\n".join(_blocks(body, document)), "DOCX")


def _main_part(package, name: str) -> str:
    """The part that holds the body, `word/document.xml` but for documents of rare programs."""
    relations = parse_xml(package, "_rels/.rels", name)
    for relation in relations if relations is not None else ():
        if attribute(relation, "Type").endswith("/officeDocument"):
            return attribute(relation, "Target").lstrip("/")
    return "word/document.xml"


def _parse_styles(root: Element | None) -> _Styles:
    styles: dict[str, tuple[str, str, str]] = {}  # number of the list, level, what it is based on
    default = ""
    for style in root.iterfind("{*}style") if root is not None else ():
        key = attribute(style, "styleId")
        own = style.find("{*}pPr/{*}numPr")
        num_id, depth = ("", "") if own is None else (value_of(own, "numId"), value_of(own, "ilvl"))
        styles[key] = num_id, depth, value_of(style, "basedOn")
        if attribute(style, "type") == "paragraph" and attribute(style, "default") in ("1", "true", "on"):
            default = key
    numbering: dict[str, tuple[str, int]] = {}
    for key in styles:
        num_id, depth, parent = "", "", key
        for _ in range(MAX_STYLES_DEEP):  # a style's own word goes before what it is based on
            if parent not in styles:
                break
            own_id, own_depth, parent = styles[parent]
            num_id, depth = num_id or own_id, depth or own_depth
        if num_id:
            numbering[key] = (num_id, number(depth))
    return _Styles(numbering, default)


def _parse_notes(roots: dict[str, Element | None]) -> dict[tuple[str, str], str]:
    """Notes by kind and id, without the separator lines, which have a `type`."""
    notes = {}
    for kind, root in roots.items():
        for note in root.iterfind(f"{{*}}{kind}") if root is not None else ():
            if not attribute(note, "type"):
                text = "".join(_Paragraph(p).text for p in note.iter("{*}p")).strip()
                notes[kind, attribute(note, "id")] = text
    return notes


def _blocks(node: Element, document: _Document) -> Iterator[str]:
    """The lines of everything inside a body, cell, text box or content control, in order."""
    for child in node.iterchildren("*"):
        tag = local(child.tag)
        if tag == "p":
            yield from _paragraph(child, document)
        elif tag == "tbl":
            yield from table_lines(_rows(child, document))
        elif tag not in _SKIPPED:  # content controls, tracked insertions, custom XML
            yield from _blocks(child, document)


class _Paragraph:
    """A paragraph's own text, and the text boxes and notes that hang on it."""

    def __init__(self, node: Element) -> None:
        self.parts: list[str] = []
        self.boxes: list[Element] = []
        self.notes: list[tuple[str, str]] = []
        self._walk(node)
        self.text = "".join(self.parts)

    def _walk(self, node: Element) -> None:
        for child in node.iterchildren("*"):
            tag = local(child.tag)
            if tag == "t":
                self.parts.append(child.text or "")
            elif tag in ("tab", "ptab"):
                self.parts.append("\t")
            elif tag in ("br", "cr"):
                self.parts.append("\n")
            elif tag == "noBreakHyphen":
                self.parts.append("-")
            elif tag == "txbxContent":
                self.boxes.append(child)
            elif tag in ("footnoteReference", "endnoteReference"):
                self.notes.append((tag.removesuffix("Reference"), attribute(child, "id")))
            elif tag == "r" and _hidden(child):
                continue
            elif tag not in _SKIPPED:
                self._walk(child)


def _hidden(run: Element) -> bool:
    vanish = run.find("{*}rPr/{*}vanish")
    return vanish is not None and attribute(vanish, "val") not in ("0", "false", "off")


def _paragraph(node: Element, document: _Document) -> Iterator[str]:
    paragraph = _Paragraph(node)
    text = paragraph.text.strip("\n")
    label = _label(node, document)  # an empty paragraph counts too
    if text.strip():
        yield _labelled(label, text)
    for box in paragraph.boxes:
        yield from _blocks(box, document)
    for key in paragraph.notes:
        if note := document.notes.pop(key, ""):
            yield f"注：{note}"


def _label(node: Element, document: _Document) -> str:
    """The paragraph's automatic number; what it says itself goes before what its style says."""
    properties = node.find("{*}pPr")
    style = document.styles.default if properties is None else value_of(properties, "pStyle") or document.styles.default
    num_id, depth = document.styles.numbering.get(style, ("", 0))
    own = None if properties is None else properties.find("{*}numPr")
    if own is not None:
        num_id = value_of(own, "numId") or num_id
        depth = number(value_of(own, "ilvl"), depth)
    return document.numbering.label(num_id, depth) if num_id not in ("", "0") else ""


def _labelled(label: str, text: str) -> str:
    """A blank only where number and text would run together: `1.` `2023年…`."""
    blank = " " if _LABEL_NEEDS_BLANK.search(label) and _STARTS_LATIN.match(text) else ""
    return label + blank + text


def _rows(table: Element, document: _Document) -> list[list[list[str]]]:
    """Rows of cells of lines; a short cell merged downwards is repeated, so that each row can be read by itself."""
    rows: list[list[list[str]]] = []
    above: dict[int, list[str]] = {}
    for row in _inside(table, "tr"):
        cells: list[list[str]] = []
        column = 0
        for cell in _inside(row, "tc"):
            properties = cell.find("{*}tcPr")
            merge = None if properties is None else properties.find("{*}vMerge")
            width = 1 if properties is None else number(value_of(properties, "gridSpan"), 1)
            if merge is not None and attribute(merge, "val") in ("", "continue"):
                lines = above.get(column, [])
                lines = lines if sum(map(len, lines)) <= LONG_CELL else []
            else:
                lines = list(_blocks(cell, document))
            above[column] = lines
            cells.append(lines)
            column += max(1, width)
        rows.append(cells)
    return rows


def _inside(node: Element, tag: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, also those inside content controls, but none of a nested table."""
    for child in node.iterchildren("*"):
        name = local(child.tag)
        if name == tag:
            yield child
        elif name in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _inside(child, tag)
