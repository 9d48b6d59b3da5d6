"""Citations: numbered excerpts, and the check that a sentence says nothing its excerpts do not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rag.evidence import innermost
from rag.library import Library
from rag.model import Citation, FullReport, Span
from rag.text import MASKED_NOTE, fold, is_masked, sentence_spans

MOST = 12
"""Citations of one answer (the JSON contract)."""
LONGEST = 900
"""Characters of an excerpt (the JSON contract)."""
CONTEXT = 240
"""A cited sentence is shown with its neighbours, up to about so many characters."""
FLOOR = 0.6
"""Share of a sentence's 4-character shingles that its excerpts must hold; verbatim text has all of them, a sentence
about something else under a tenth."""

_SAYS_SOMETHING = 12
"""Letters and digits from which on a sentence counts as a claim; shorter ones are lead-ins and headings."""
MARKER = re.compile(r"\[(\d+)\]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?%?")


@dataclass(slots=True)
class Citations:
    """Collects an answer's citations and numbers them; the same excerpt gets the same number."""

    library: Library
    found: list[Citation] = field(default_factory=list)

    def cite(self, report_id: str, span: Span, *, context: bool = True) -> str:
        """The marker `[n]` for a span of a report's text; empty where no further citation is allowed."""
        full = self.library.report(report_id)
        number = innermost(full, span[0])
        section = full.sections[number]
        while span[1] > section.end and section.parent is not None:
            number = section.parent
            section = full.sections[number]
        for citation in self.found:
            if citation.report_id == report_id and citation.section_id == number:
                start = section.start + citation.start
                if start <= span[0] and span[1] <= section.start + citation.end:
                    return f"[{citation.n}]"
        if len(self.found) == MOST:
            return ""
        start, end = _with_context(full, span, (section.start, section.end)) if context else span
        end = min(end, start + LONGEST)
        report = full.report
        excerpt = full.text[start:end]
        self.found.append(
            Citation(
                n=len(self.found) + 1,
                report_id=report.id,
                report=report.name,
                org=report.org,
                years=report.years,
                file=report.file,
                heading_path=full.heading_path(number),
                section_id=number,
                excerpt=excerpt,
                start=start - section.start,
                end=end - section.start,
                masked=is_masked(full.text[slice(*span)]),
                page=full.page_at(start),
            )
        )
        return f"[{len(self.found)}]"


def _with_context(full: FullReport, span: Span, bounds: Span) -> Span:
    """The span widened by whole sentences of its section, in turn after and before it."""
    sentences = sentence_spans(full.text, *bounds)
    inside = [i for i, (a, b) in enumerate(sentences) if a < span[1] and b > span[0]]
    if not inside:
        return span
    first, last = inside[0], inside[-1]
    while True:
        following = last + 1 < len(sentences) and sentences[last + 1][1] - sentences[first][0] <= CONTEXT
        preceding = first > 0 and sentences[last][1] - sentences[first - 1][0] <= CONTEXT
        if not following and not preceding:
            break
        if following:
            last += 1
        if first > 0 and sentences[last][1] - sentences[first - 1][0] <= CONTEXT:
            first -= 1
    return min(span[0], sentences[first][0]), max(span[1], sentences[last][1])


def marked(text: str, marker: str) -> str:
    """A text with the marker behind each of its sentences, so that none stands without."""
    parts = [p for p in re.split(r"(?<=[。！？；])", text.rstrip("。；;，, ")) if p]
    shown = "".join(part + marker if len(normal(part)) >= _SAYS_SOMETHING else part for part in parts)
    return shown if not shown or shown.endswith(marker) else shown + marker


def normal(text: str) -> str:
    """Letters, digits, percent signs and decimal points only; width and case folded."""
    text = re.sub(r"(?<!\d)\.|\.(?!\d)", "", fold(text))
    return re.sub(r"[^\w%.]|_", "", text)


def carries(claim: str, excerpts: Iterable[str]) -> bool:
    """Whether excerpts carry a sentence: all its figures stand there, and most of its wording does."""
    body = normal(MARKER.sub("", claim).replace(MASKED_NOTE, ""))
    pool = "\n".join(normal(e) for e in excerpts)
    if any(number not in pool for number in _NUMBER.findall(body)):
        return False
    shingles = [body[i : i + 4] for i in range(len(body) - 3)]
    return not shingles or sum(s in pool for s in shingles) / len(shingles) >= FLOOR


NOTHING = "- 没有找到相关内容"
"""The line of a part of a question that the reports do not tell; it needs no source."""


def no_report(org: str) -> str:
    """What is said of an organisation that has no report here; it needs no source."""
    return f"资料库里没有“{org}”的报告。"


_ABSENT = re.compile(re.escape(no_report("@")).replace("@", "[^”。]+"))


def claims(answer: str) -> list[str]:
    """The sentences and list items of an answer that state something; lead-ins (`…：`) state nothing."""
    found = []
    for line in answer.split("\n"):
        line = re.sub(r"^\s*(?:[-*•>#|]+\s*|\d+\s*[.、)）]\s*)+", "", line)
        for part in re.split(r"(?<=[。！？；])(?!\s*\[)", line):
            bare = MARKER.sub("", part)
            if (
                len(normal(bare)) >= _SAYS_SOMETHING
                and not re.search(r"[：:]\W*$", bare)
                and not _ABSENT.fullmatch(bare)
            ):
                found.append(part)
    return found


def unsupported(answer: str, citations: Sequence[Citation]) -> list[str]:
    """The claims of an answer that cite nothing, cite what is not there, or say what their excerpts do not."""
    excerpts = {c.n: c.excerpt for c in citations}
    failing = []
    for claim in claims(answer):
        cited = [int(n) for n in MARKER.findall(claim)]
        if not cited or any(n not in excerpts for n in cited) or not carries(claim, [excerpts[n] for n in cited]):
            failing.append(claim)
    return failing
