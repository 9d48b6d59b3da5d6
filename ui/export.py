"""A conversation as a document to keep: Markdown or Word, its sources as footnotes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from rag.model import Citation
from ui.markdown import INLINE, Table, blocks
from ui.texts import Say
from ui.transcript import Turn, where_in

_ITEM = re.compile(r"^\s{0,8}(?:[-*+]|(\d{1,3}\.)) ")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # not allowed in XML 1.0

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def source_note(citation: Citation, say: Say) -> str:
    """What a footnote says: where the words stand, and the words."""
    where = " › ".join((citation.report, *citation.heading_path))
    facts = "，".join(filter(None, (citation.org, say.years(citation.years), where_in(citation, say))))
    masked = f"（{say('masked')}）" if citation.masked else ""
    return f"{where}（{facts}）：“{' '.join(citation.excerpt.split())}”{masked}"


def as_markdown(turns: Sequence[Turn], say: Say) -> str:
    """Markdown with footnotes; `[^2-1]` is source 1 of question 2."""
    parts = []
    for number, turn in enumerate(turns, start=1):
        parts.append(f"## {_one_line(turn.question)}")
        if turn.reply is None:
            parts.append(turn.note)
            continue
        known = {citation.n for citation in turn.reply.citations}

        def footnote(match: re.Match[str], number: int = number, known: set[int] = known) -> str:
            return f"[^{number}-{match[1]}]" if int(match[1]) in known else match[0]

        parts.append(re.sub(r"\[(\d{1,3})\]", footnote, turn.reply.answer.strip()))
        parts += [f"[^{number}-{c.n}]: {source_note(c, say)}" for c in turn.reply.citations]
    return "\n\n".join(part for part in parts if part) + "\n"


def as_docx(turns: Sequence[Turn], say: Say) -> bytes:
    """A Word document; each marker becomes a footnote (ISO/IEC 29500, WordprocessingML)."""
    notes: list[str] = []
    body = [paragraph for turn in turns for paragraph in _paragraphs(turn, notes, say)]
    separators = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    written = "".join(
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr><w:r><w:rPr>'
        f'<w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>{_run(" " + note)}</w:p></w:footnote>'
        for number, note in enumerate(notes, start=1)
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": _relations(("styles", "styles.xml"), ("footnotes", "footnotes.xml")),
        "word/styles.xml": _STYLES,
        "word/footnotes.xml": f"<w:footnotes {W}>{separators}{written}</w:footnotes>",
        "word/document.xml": f"<w:document {W}><w:body>{''.join(body)}<w:sectPr/></w:body></w:document>",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            archive.writestr(name, HEAD + xml)
    return file.getvalue()


def _paragraphs(turn: Turn, notes: list[str], say: Say) -> Iterator[str]:
    """A turn as paragraphs and tables; the texts of its footnotes are added to `notes`."""
    yield _paragraph(_run(_one_line(turn.question)), "Heading1")
    citations = {c.n: c for c in turn.reply.citations} if turn.reply else {}

    def runs(text: str, properties: str = "") -> str:
        written, end = [], 0
        for piece in INLINE.finditer(text):
            written.append(_run(text[end : piece.start()], properties))
            if piece["bold"]:
                written.append(_run(piece["bold"], "<w:b/>"))
            elif int(piece["n"]) in citations:
                notes.append(source_note(citations[int(piece["n"])], say))
                written.append(
                    '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
                    f'<w:footnoteReference w:id="{len(notes)}"/></w:r>'
                )
            else:
                written.append(_run(piece[0], properties))
            end = piece.end()
        return "".join(written) + _run(text[end:], properties)

    for block in blocks(turn.reply.answer if turn.reply else turn.note):
        if isinstance(block, Table):
            yield _table([[runs(cell, "<w:b/>") for cell in block.head], *[[*map(runs, row)] for row in block.rows]])
        elif item := _ITEM.match(block):
            yield _paragraph(_run(f"{item[1] or '•'} ") + runs(block[item.end() :]), "ListParagraph")
        elif block.strip():
            yield _paragraph(runs(block.lstrip("#> ")))


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells, each given as its runs, with thin lines."""
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    written = "".join(f"<w:tr>{''.join(f'<w:tc>{_paragraph(cell)}</w:tc>' for cell in row)}</w:tr>" for row in rows)
    grid = "<w:gridCol/>" * len(rows[0])
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{lines}</w:tblBorders></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{written}</w:tbl>{_paragraph('')}"
    )


def _paragraph(runs: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{runs}</w:p>"


def _run(text: str, properties: str = "") -> str:
    if not text:
        return ""
    properties = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(_UNPRINTABLE.sub("", text))}</w:t></w:r>'


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _relations(*targets: tuple[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="r{i}" Type="{R}/{kind}" Target="{target}"/>' for i, (kind, target) in enumerate(targets)
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'
    )


_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{TYPE}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{TYPE}.styles+xml"/>'
    f'<Override PartName="/word/footnotes.xml" ContentType="{TYPE}.footnotes+xml"/></Types>'
)


def _style(name: str, label: str, paragraph: str, run: str) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{label}"/><w:basedOn w:val="Normal"/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


_STYLES = (
    f'<w:styles {W}><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
    '<w:pPr><w:spacing w:after="80" w:line="360" w:lineRule="auto"/></w:pPr>'
    '<w:rPr><w:rFonts w:eastAsia="SimSun"/><w:sz w:val="24"/></w:rPr></w:style>'
    + _style(
        "Heading1", "heading 1", '<w:spacing w:before="240"/><w:outlineLvl w:val="0"/>', '<w:b/><w:sz w:val="28"/>'
    )
    + _style("ListParagraph", "List Paragraph", '<w:ind w:left="420" w:hanging="280"/>', "")
    + _style("FootnoteText", "footnote text", '<w:spacing w:line="240" w:lineRule="auto"/>', '<w:sz w:val="18"/>')
    + "</w:styles>"
)
