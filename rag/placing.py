"""Which reports a place in a question chooses, and what is then left to ask for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.library import Library
from rag.model import Report
from rag.places import places_in
from rag.resolved import TEXTS_READ, Resolved

_FEW = 0.34
"""A place that more of the reports speak of does not tell them apart."""
_LEVEL = re.compile(r"(?<=..)[省市区县州旗镇乡]$")


def of_place(library: Library, resolved: Resolved) -> Resolved:
    """The reports that speak of a place that the question names and that few of them speak of."""
    reports = resolved.reports[:TEXTS_READ]
    speaking: list[Report] = []
    text = resolved.question.text
    theirs = (r.place for r in reports if len(r.place) > 2 and r.place in text)
    for place in dict.fromkeys((*places_in(text), *theirs)):
        own = [r for r in reports if place in r.name or place in r.org or place in library.report(r.id).text]
        if len(own) > max(1, _FEW * len(reports)):
            return resolved
        speaking.extend(r for r in own if r not in speaking)
    return replace(resolved, reports=tuple(speaking)) if speaking else resolved


def without_identity(resolved: Resolved, places: Sequence[str]) -> Resolved:
    """The question without the place that names its reports: what chose them tells none of their passages from another.

    `places`: those of the bodies that the question names. Another place that the reports only speak of stays. Where a
    chapter is asked for and nothing but the subject that the title names, all of the chapter is.
    """
    stems = {_LEVEL.sub("", r.place) for r in resolved.reports if len(r.place) > 1}
    said = (place for place in stems if place in resolved.text)
    own = (place for place in said if all(place in f"{r.org}{r.place}" for r in resolved.reports))
    for place in dict.fromkeys((*(_LEVEL.sub("", place) for place in places if len(place) > 1), *own)):
        name = re.compile(rf"{re.escape(place)}(?:[省市区县州旗镇乡](?![一-龥]?[政场容民区]))?的?")
        terms = tuple(term for term in resolved.terms if not name.fullmatch(term))
        resolved = replace(resolved, text=name.sub("", resolved.text, count=1), terms=terms)
    if resolved.question.kinds and all(term in r.title for term in resolved.terms for r in resolved.reports):
        resolved = replace(resolved, terms=())
    return resolved
