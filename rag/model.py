"""The nouns of the product, as frozen data: reports, their outline, chunks, citations, replies."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import asdict, dataclass, field
from enum import StrEnum

Span = tuple[int, int]
"""Start and end (exclusive) as character offsets."""


class Kind(StrEnum):
    """What a section is for; children inherit it unless they say otherwise."""

    SUMMARY = "summary"  # 总结、成效、完成情况
    HIGHLIGHT = "highlight"  # 亮点
    PROBLEM = "problem"  # 问题、困难、不足
    PLAN = "plan"  # 计划、打算、思路、安排、下一步
    SUGGESTION = "suggestion"  # 建议
    OTHER = "other"


class Refusal(StrEnum):
    """Why no answer is given."""

    UNKNOWN_ORG = "unknown_org"
    YEAR_NOT_COVERED = "year_not_covered"
    NO_EVIDENCE = "no_evidence"
    OUT_OF_DOMAIN = "out_of_domain"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that the user added. `id` is the SHA-256 (hex) of its bytes; `added` is ISO 8601, UTC."""

    id: str
    name: str
    size: int
    encoding: str
    added: str
    text: str = ""
    """The decoded text, before cleaning."""
    reading: int = 0
    """Version of the rules that made its reports of the text; 0 before they were counted."""


@dataclass(frozen=True, slots=True)
class Report:
    """One document of one organisation inside a file (without its text: see `FullReport`)."""

    id: str
    file_id: str
    file: str
    """Name of the file it came in."""
    position: int
    """1 for the first report of the file."""
    title: str
    org: str = ""
    """Organisation as printed, e.g. `区交通运输局`; empty where it cannot be told."""
    org_level: str = ""
    """国家/省/市/区/县/乡/镇/街道/社区/村/开发区, or empty."""
    place: str = ""
    year: int | None = None
    """The year reported on."""
    plan_year: int | None = None
    """The year planned for."""
    date: str = ""
    """Date of signature as ISO 8601 (`2023-10-26` or `2023-10`), or empty."""
    tag: str = ""
    """Words that tell it from reports of the same title, e.g. `有色金属、抚河`."""
    version_of: str = ""
    """Id of the fuller report that this is a (masked) version of, or empty."""
    characters: int = 0
    masked: int = 0
    """How many figures the source hides."""
    corrected: str = ""
    """Names of the fields above that a person has set, with spaces between: they hold when the file is read anew."""

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(y for y in (self.year, self.plan_year) if y))

    @property
    def name(self) -> str:
        """What a person recognises the report by: title, and the tag where titles repeat."""
        return f"{self.title}（{self.tag}）" if self.tag else self.title


@dataclass(frozen=True, slots=True)
class Section:
    """A node of a report's outline; spans are offsets in `FullReport.text`."""

    number: int
    """Position in reading order; 0 is the report itself (its title and opening paragraphs)."""
    parent: int | None
    level: int
    """0 for the report itself, 1 for `一、`, deeper below."""
    heading: str
    """As printed, with its numbering: `（一）夯实招商基础`."""
    kind: Kind
    start: int
    body: int
    """Where the text after the heading begins."""
    end: int
    """Where the section ends, its descendants included."""


@dataclass(frozen=True, slots=True)
class FullReport:
    """A report with its cleaned text and outline."""

    report: Report
    text: str
    sections: tuple[Section, ...]
    origin: tuple[Span, ...] = ()
    """Runs `(offset in text, offset in SourceFile.text)` that map cleaned text to the original."""
    pages: tuple[Span, ...] = ()
    """Runs `(offset in text, number of the file's page that begins there)`; empty where pages are not known."""

    def section_text(self, number: int) -> str:
        section = self.sections[number]
        return self.text[section.start : section.end]

    def heading_path(self, number: int) -> tuple[str, ...]:
        """Headings from the first level down to the section itself; empty for the report's own node."""
        path: list[str] = []
        node: Section | None = self.sections[number]
        while node is not None and node.parent is not None:
            path.append(node.heading)
            node = self.sections[node.parent]
        return tuple(reversed(path))

    def page_at(self, offset: int) -> int | None:
        """The file's page, from 1, that the character at `offset` in `text` stands on; None where not known."""
        before = bisect_right(self.pages, offset, key=lambda run: run[0])
        return self.pages[before - 1][1] if before else None

    def children(self, number: int) -> tuple[Section, ...]:
        return tuple(s for s in self.sections if s.parent == number)


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is embedded: a section, or a part of a long one, cut between sentences."""

    id: str
    """SHA-256 (hex, 32 digits) of report id, span and embedded text."""
    report_id: str
    section: int
    kind: Kind
    start: int
    end: int
    header: str
    """Organisation, years and heading path; embedded in front of the text, never shown."""
    text: str
    """`FullReport.text[start:end]`."""
    sentences: tuple[Span, ...]
    """Spans in `FullReport.text`, ascending, inside `[start, end)`."""

    @property
    def embedded(self) -> str:
        return f"{self.header}\n{self.text}" if self.header else self.text


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered excerpt; `start`/`end` are offsets in the cleaned text of its section."""

    n: int
    report_id: str
    report: str
    org: str
    years: tuple[int, ...]
    file: str
    heading_path: tuple[str, ...]
    section_id: int
    excerpt: str
    start: int
    end: int
    masked: bool = False
    page: int | None = None
    """The page of the file on which the excerpt begins, counted from 1; None where not known."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What the assistant understood a question to be about."""

    orgs: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, as ../DESIGN's JSON contract has it."""

    question: str
    answer: str
    """Markdown with `[1]` markers."""
    refusal: Refusal | None = None
    mode: str = "extractive"
    scope: Scope = Scope()
    citations: tuple[Citation, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    id: str | None = None

    @property
    def refused(self) -> bool:
        return self.refusal is not None

    def to_json(self) -> dict:
        """The JSON object of the command line's contract."""
        keys = ("id", "question", "answer", "refused", "refusal", "mode", "scope", "citations", "timings_ms")
        values = {**asdict(self), "refused": self.refused}
        return {key: values[key] for key in keys}


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person thought of an answer; `time` is ISO 8601, UTC."""

    id: int
    time: str
    question: str
    answer: str
    useful: bool
    comment: str = ""
    """In the person's own words, or empty."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much the library holds; `characters` are those of the cleaned reports."""

    files: int
    reports: int
    sections: int
    chunks: int
    characters: int
