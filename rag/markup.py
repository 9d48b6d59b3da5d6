"""What a model writes, as safe text: reasoning dropped, links and HTML taken out, every way to cite as `[n]`."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

# --- reasoning ---

_THINK = r"(?:think|thinking|thought|reasoning|reflection|analysis)"
_THINK_BLOCK = re.compile(rf"[<◁]{_THINK}[>▷].*?[<◁]/{_THINK}[>▷]", re.IGNORECASE | re.DOTALL)
_THINK_END = re.compile(rf"^.*[<◁]/{_THINK}[>▷]", re.IGNORECASE | re.DOTALL)
_THINK_OPEN = re.compile(rf"[<◁]{_THINK}[>▷].*$", re.IGNORECASE | re.DOTALL)


def visible(raw: str) -> str:
    """What is meant for the reader: without `<think>…</think>`, closed or not, and without what stands before a
    closing tag that was never opened (some chat templates open it themselves)."""
    text = _THINK_BLOCK.sub("", raw)
    text = _THINK_END.sub("", text)
    return _THINK_OPEN.sub("", text)


# --- citations ---

_WORD = r"(?:来源|引用|摘录|资料|文献|证据|出处|参考|注|source|ref)?\s*[:：#]?\s*"
_NUMBERS = rf"\d{{1,3}}(?:\s*(?:[,，、;；和及&至到~～—–\-]|\s)\s*\^?{_WORD}\d{{1,3}})*"
_CITED = re.compile(rf"[\[［【]{{1,2}}\s*[\^＾]?{_WORD}({_NUMBERS})\s*(?:†[^\]］】]*)?[\]］】]{{1,2}}", re.IGNORECASE)
_RANGE = re.compile(r"(\d+)\s*[至到~～—–\-]\s*\D*(\d+)|(\d+)")
_WIDEST = 20
"""`[1-3]` names three; more than this is no range."""


def cited_as_markers(text: str) -> str:
    """`【1】`, `［1］`, `[1,2]`, `[1、2]`, `[1-3]`, `[^1]`, `[[1]]`, `[摘录1]`, `【1†source】` as `[1]`, `[1][2]`, …"""
    text = _CITED.sub(lambda m: "".join(f"[{n}]" for n in _numbers(m[1])), text)
    text = re.sub(r"(?<=\])[\s,，、;；]+(?=\[\d+\])", "", text)
    return re.sub(r"\n\s*((?:\[\d+\])+)[ \t]*(?=\n|$)", r"\1", text)


def _numbers(listed: str) -> list[int]:
    found: list[int] = []
    for match in _RANGE.finditer(listed):
        first, last = int(match[1] or match[3]), int(match[2] or match[3])
        found.extend(range(first, last + 1) if 0 <= last - first <= _WIDEST else (first, last))
    return list(dict.fromkeys(found))


# --- Markdown and HTML ---

_URL = re.compile(
    r"(?:(?:[a-z][a-z\d+.-]{0,30})?://|(?<![a-z])(?:www\.|(?:javascript|vbscript|data|mailto):(?=\S)))[^\s，。；、）)】\]]*",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[/!?]?[a-z][^<>]*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_RULED = re.compile(r"^\s*\|?[\s:|-]*-{2,}[\s:|-]*\|?\s*$")


def neutral(text: str) -> str:
    """Without images, links, HTML, code fences, tables and footnote definitions; emphasis and lists stay.

    No bracket that Markdown could read remains, but for citations.
    """
    text = html.unescape(text).replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"!\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])", r"\1", text)
    text = re.sub(r"\[(\^?\d{1,3})\]\([^)]*\)", r"[\1]", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^\s*\[[^\]\n]+\]:\s*\S.*$", "", text, flags=re.MULTILINE)
    text = _TAG.sub("", text)
    text = _URL.sub("", text)
    text = re.sub(r"^\s*(?:```|~~~).*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"[`\\]|~~|[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]", "", text)
    text = "\n".join(_line(line) for line in text.split("\n") if not _RULED.match(line))
    return text.replace("<", "＜").replace(">", "＞")


def _line(line: str) -> str:
    line = re.sub(r"^[\s>]*(?:(#{1,6})\s+)?", lambda m: "# " if m[1] else re.sub(r">\s?", "", m[0]), line).rstrip()
    if line.lstrip().startswith("|"):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        return "- " + "，".join(cell for cell in cells if cell)
    return line.replace("|", "｜")


# --- statements ---


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence or a list item's sentence, without its markers."""

    text: str
    cited: tuple[int, ...]
    """The numbers it cites; those of the next sentence of its line where it has none itself."""
    lead: bool = False
    """Whether it only introduces what follows: `2024年的打算有：`, or a heading."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an answer: what begins it (`1. `, `- `) and its statements."""

    prefix: str
    statements: tuple[Statement, ...]


_PREFIX = re.compile(r"\s*(?:[-*•·–]\s+|\d{1,2}\s*[.、)）．](?!\d)\s*|[（(]\d{1,2}[)）]\s*|[①-⑳]\s*)*")
_END = re.compile(r"(?<=[。！？；!?;])(?![”’」』）)])")
_MARKER = re.compile(r"\[(\d+)\]")
_SPLIT = re.compile(r"(\[\d+\])")
_BRACKETS = str.maketrans("[]［］【】", "〔〕〔〕〔〕")
_HEADING = re.compile(r"^(?:# .*|\*\*[^*]+\*\*)$")
_LONGEST_HEADING = 40


def lines(raw: str, *, done: bool) -> list[Line]:
    """A reply as lines of statements; while it still comes in, what may go on is left out."""
    text = cited_as_markers(neutral(visible(raw)))
    text = re.sub(r"([。！？；!?;]+)((?:\s*\[\d+\])+)", r"\2\1", text)
    found = [_parsed(line) for line in text.split("\n")]
    if not done and found:
        last = found.pop()
        if last is not None and len(last.statements) > 1:
            found.append(Line(last.prefix, last.statements[:-1]))
    return [line for line in found if line is not None]


def _parsed(line: str) -> Line | None:
    line = "".join(part if _MARKER.fullmatch(part) else part.translate(_BRACKETS) for part in _SPLIT.split(line))
    prefix = _PREFIX.match(line)
    assert prefix is not None
    body = line[prefix.end() :].strip()
    statements: list[Statement] = []
    waiting: list[str] = []
    for part in _END.split(body):
        cited = tuple(dict.fromkeys(int(n) for n in _MARKER.findall(part)))
        text = re.sub(r"\s+(?=[。！？；，、：]|$)", "", _MARKER.sub("", part)).strip()
        if not re.search(r"\w", text):
            if cited and waiting:
                statements.extend(Statement(w, cited) for w in waiting)
                waiting = []
            continue
        waiting.append(text)
        if cited:
            statements.extend(Statement(w, cited) for w in waiting)
            waiting = []
    for text in waiting:
        heading = bool(_HEADING.match(text)) and len(text) <= _LONGEST_HEADING
        statements.append(Statement(_unhashed(text), (), lead=heading or text.rstrip("*").endswith(("：", ":"))))
    statements = [Statement(_unhashed(s.text), s.cited, s.lead) for s in statements]
    return Line(prefix[0], tuple(statements)) if statements else None


def _unhashed(text: str) -> str:
    """A heading as bold text."""
    return f"**{text[2:].strip('* ')}**" if text.startswith("# ") else text
