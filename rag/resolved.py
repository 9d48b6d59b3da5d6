"""A question with the reports it is about."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.model import Refusal, Report, Scope
from rag.question import Question

TEXTS_READ = 300
"""Reports whose whole text is searched for the question's words; in a larger library those of the best hits."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question with the reports it is about; `reports` hold no masked version of a fuller report."""

    question: Question
    text: str
    """The question without the words that name organisations and years."""
    terms: tuple[str, ...]
    reports: tuple[Report, ...]
    named: tuple[str, ...] = ()
    """Organisations that the question (or the one before) names, as in the reports."""
    of_other_years: tuple[str, ...] = ()
    """Of several organisations that the question names those that have reports, but none of the year."""
    affinity: dict[str, float] = field(default_factory=dict)
    """Report id → share of the question's words, by rarity, that the report holds: 0..1."""
    forms: dict[str, str] = field(default_factory=dict)
    """Words of the question → how its reports put them."""
    required_year: int | None = None
    """A year that no report is about, so that a sentence must name it itself."""
    own_years: dict[str, int] = field(default_factory=dict)
    """Organisation → the year that the question asks of it alone: `甲局2022年和乙局2023年`."""
    absent: tuple[str, ...] = ()
    """Organisations that the question names beside others and that have no report here."""
    context: tuple[str, ...] = ()
    """Topic words of the question before, where this one stays with its reports."""
    refusal: Refusal | None = None
    missing: str = ""
    """What the library does not have: an organisation or years."""

    @property
    def scope(self) -> Scope:
        return Scope(self.named, self.question.years, self.question.kinds)
