"""Whether excerpts carry a sentence that a model wrote: its figures, years, names, conditions and wording.

The floors were set on 80 faithful sentences and 146 false ones over the sample reports (`tests/data/claims.jsonl`;
the first half to set, the second to check): a faithful sentence shares at least 0.62 of its pairs with its excerpt, one
about something else at most 0.31; its poorest clause 0.25, an appended untruth at most 0.21.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.excerpts import AIM, CLAUSE_END, FRAME, Excerpt, pairs, prepared, share
from rag.faults import Fault
from rag.figures import figure_fault, given_as_aim, says_done
from rag.model import Citation
from rag.organisation import mentions, names
from rag.quantities import plain
from rag.text import MASKED_NOTE, is_masked, to_simplified

FLOOR = 0.45
"""Share of the character pairs of a sentence that its excerpts must hold; a paraphrase keeps few longer runs."""
CLAUSE_FLOOR = 0.25
"""The same for each of its clauses, so that nothing is appended to a true sentence."""


def fault(claim: str, evidence: Sequence[Citation], *, lead: str = "", question: str = "") -> Fault | None:
    """What is wrong with a sentence (without markers) that cites these excerpts; None where they carry it.

    `lead` is the line that introduces it (`2025年的打算有：`): its 打算 holds for the sentence too. The words of
    `question`, given for a lead-in, may stand in the sentence; its figures, years and names may not.
    """
    excerpts = [prepared(citation) for citation in evidence]
    if not excerpts:
        return Fault.UNCITED
    said, lead = (plain(to_simplified(text)) for text in (claim, _TITLE.sub("", lead)))
    if any(citation.masked or is_masked(citation.excerpt) for citation in evidence):
        said = re.sub(rf"[^,;。]{{0,12}}{MASKED_NOTE}", "", said)
    return (
        figure_fault(_without_titles(said, excerpts), lead, excerpts)
        or _name_fault(said, excerpts)
        or _condition_fault(said, lead, excerpts)
        or _wording_fault(said, question, excerpts)
    )


_TITLE = re.compile(r"《[^《》]*》")
_TITLE_LENGTH = 6
"""Characters from which a title is known without its brackets."""


def _without_titles(said: str, excerpts: Sequence[Excerpt]) -> str:
    """A sentence without the titles of the reports that it cites: `《2024年工作总结》` says nothing of a year."""
    for excerpt in excerpts:
        title = plain(excerpt.citation.report)
        said = said.replace(f"《{title}》", "")
        said = said.replace(title, "") if len(title) >= _TITLE_LENGTH else said
    return said


# --- names ---

_QUOTED = re.compile(r"[“\"「『《]([^“”\"「」『』《》]{2,30})[”\"」』》]")
_LATIN = re.compile(r"[a-z\d]*[a-z][a-z\d]*")
_LATIN_UNIT = re.compile(r"\d+(?:km2?|m2|m3|kg)")
_BODY = re.compile(
    r"[一-龥]{2}(?:(?<![格布结全大当开时僵破变战])局|委员会|管委会|(?<!区)厅|(?<!乡)镇|乡(?![镇村亲愁土])|街道|开发区|经开区|高新区|园区"
    r"|公司|集团|医院|学院|大学|中学|小学|银行|法院|检察院|研究院|研究所|(?<!为)中心|办公室|[支大]队|协会)"
)
"""An organisation by the end of its name, with the two characters before."""


def _name_fault(said: str, excerpts: Sequence[Excerpt]) -> Fault | None:
    """Quoted names, codes and organisations must stand in an excerpt or be those of its report."""
    pool = "\n".join(excerpt.text for excerpt in excerpts)
    letters = re.sub(r"[\W_]", "", pool)
    codes = set(_LATIN.findall(pool))
    known = (
        all(re.sub(r"[\W_]", "", name) in letters for name in _QUOTED.findall(said))
        and all(code in codes or _LATIN_UNIT.fullmatch(code) for code in _LATIN.findall(said))
        and all(_known_body(said, body, pool, excerpts) for body in _BODY.finditer(said))
    )
    return None if known else Fault.NAME


def _known_body(said: str, body: re.Match[str], pool: str, excerpts: Sequence[Excerpt]) -> bool:
    if body[0] in pool:
        return True
    meant = [mention for mention in mentions(said) if mention.span[1] == body.end()]
    return any(names(mention, e.citation.org) for mention in meant for e in excerpts if e.citation.org)


# --- conditions ---

_DENIED = re.compile(
    r"未(?!来)|没有?|(?<!毫)无(?=[^人形线障论])|并非|难以|禁止|严禁|不(?![断仅但少同止论懈忘锈超低高]|动产)"
)
_NEGATIVE = re.compile(r"[不未没无难缺弱短差慢低少停禁非零]|滞后")
_ALIKE = 0.5
"""Share of a clause's pairs from which another clause speaks of the same thing."""
_LEAST = 3
"""Pairs that a clause needs for that."""


def _condition_fault(said: str, lead: str, excerpts: Sequence[Excerpt]) -> Fault | None:
    """A denial stays a denial and an aim an aim: each clause against the one most like it."""
    before = ""
    for part in CLAUSE_END.split(said):
        before += part
        own = pairs(part)
        if len(own) < _LEAST:
            continue
        alike, _, excerpt, clause = max(
            ((share(own, c.pairs), share(c.pairs, own), e, c) for e in excerpts for c in e.clauses),
            key=lambda row: row[:2],
        )
        if alike < _ALIKE:
            continue
        if _denies(clause.text, part) or _denies(part, clause.text):
            return Fault.NEGATION
        if AIM.search(clause.before + clause.text) and not given_as_aim(before, said, lead):
            return Fault.TARGET
        if excerpt.plan and says_done(part, excerpt):
            return Fault.TARGET
    return None


def _denies(text: str, other: str) -> bool:
    """Whether a clause denies what the other does not; a 难 that stands in both is no denial of its own."""
    if not _DENIED.search(text):
        return False
    shared = _DENIED.sub("", text)
    return not any(match[0] not in shared for match in _NEGATIVE.finditer(other))


# --- wording ---

_PART_END = re.compile(r"(?<=[,;:。])")
_CHECKED = 4
"""Pairs from which a clause is checked by itself."""


def _wording_fault(said: str, question: str, excerpts: Sequence[Excerpt]) -> Fault | None:
    held = FRAME.union(pairs(plain(question)), *(pairs(excerpt.text) for excerpt in excerpts))
    if share(pairs(said), held) < FLOOR:
        return Fault.WORDING
    parts = [pairs(part) for part in _PART_END.split(said)]
    return Fault.WORDING if any(len(p) >= _CHECKED and share(p, held) < CLAUSE_FLOOR for p in parts) else None
