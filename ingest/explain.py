"""What reading made of a file: which cleaning rules fired how often, with samples, and which reports came out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.cleaning import RULES, clean
from ingest.compilation import split
from ingest.readers import Unreadable, read


@dataclass(frozen=True, slots=True)
class RuleUse:
    """A cleaning rule that fired: how often, how many characters it took away (less than 0: it added some)."""

    rule: str
    example: str
    """What made the rule necessary."""
    times: int
    removed: int
    samples: tuple[str, ...]
    """The first places, `前文【改动处】后文 → 新文字`, each on one line."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A file's cleaning, or, for a file of an archive that cannot be read, the reason in `error`."""

    file: str
    encoding: str = ""
    characters: int = 0
    """As read."""
    kept: int = 0
    """After cleaning."""
    rules: tuple[RuleUse, ...] = ()
    """Those that fired, in the order in which they are applied."""
    reports: tuple[tuple[str, int], ...] = ()
    """Title line (or number, or empty) and characters of each report."""
    error: str = ""


def explain(path: Path) -> list[Explanation]:
    """Clean a file, or each file of an archive, and say what happened; nothing is stored. Raises FileError."""
    explanations = []
    for item in read(path):
        if isinstance(item, Unreadable):
            explanations.append(Explanation(item.name, error=str(item.error)))
            continue
        cleaned = clean(item.text)
        text = cleaned.text
        rules = tuple(
            RuleUse(rule.name, rule.example, firing.times, firing.removed, tuple(firing.samples))
            for rule in RULES
            if (firing := cleaned.fired.get(rule.name))
        )
        reports = tuple((text[slice(*p.title)].strip() or p.label, p.end - p.start) for p in split(text))
        explanations.append(Explanation(item.name, item.encoding, len(item.text), len(text), rules, reports))
    return explanations
