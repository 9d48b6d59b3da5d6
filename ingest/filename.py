"""What a file's name says of the only report in it: it completes what the report itself leaves out, no more."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.identity import RANK, Identity, identify
from ingest.titles import is_title, without_notes
from rag.organisation import bare, in_order

_NUMBER_BEFORE = re.compile(r"^(?:附件\s*\d{0,2}\s*[：:._-]?|\d{1,3}[._、-]\s*(?!\d))")
_COPY = re.compile(r"\s*(?:[（(]\d{1,2}[)）]|副本|最终版|定稿|终稿)$")
_BARE_YEAR = re.compile(r"^((?:19|20)\d\d)(?=[^\d年])|(?<!\d)((?:19|20)\d\d)$")


def title_in_name(stem: str) -> str:
    """A file's name as a title, `云岭州政府工作报告2019` → `2019年云岭州政府工作报告`; empty where it is none."""
    name = _COPY.sub("", _NUMBER_BEFORE.sub("", stem.strip()))
    name = without_notes(re.sub(r"[_\s]+", "", without_notes(name)))
    year = _BARE_YEAR.search(name)
    if year:
        name = f"{year[1] or year[2]}年{name[: year.start()]}{name[year.end() :]}"
    return name if is_title(name) else ""


def completed(own: Identity, title: str) -> Identity | None:
    """What a report says of itself, with what only `title` says; None where the two contradict each other."""
    named = identify(title, title, ())
    known, given = ({i.year, i.plan_year} - {None} for i in (own, named))
    if known and given and not known & given:
        return None
    if not _same_place(own, named) or not _same_body(own, named):
        return None
    org = named.org if named.org.endswith(own.org) else own.org
    return replace(
        own,
        org=org,
        org_level=named.org_level if org == named.org and named.org_level else own.org_level,
        place=own.place or named.place,
        year=own.year or (named.year if own.plan_year in (None, named.plan_year) else None),
        plan_year=own.plan_year or (named.plan_year if own.year in (None, named.year) else None),
    )


def _same_place(own: Identity, named: Identity) -> bool:
    """Whether the places can be one, and the text does not call a lesser one its own: `我县` in a city's file."""
    if own.place and named.place and own.place not in named.place and named.place not in own.place:
        return False
    ranks = RANK.get(own.org_level, 0), RANK.get(named.org_level, 0)
    return own.org != "" or not all(ranks) or ranks[1] >= ranks[0] or own.org_level == "区"


def _same_body(own: Identity, named: Identity) -> bool:
    if not own.org or not named.org:
        return True
    return named.org.endswith(own.org) or own.org.endswith(named.org) or in_order(bare(named.org), bare(own.org))
