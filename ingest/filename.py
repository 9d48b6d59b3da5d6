"""What a file's name says of the only report in it: it completes what the report itself leaves out, no more."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.identity import RANK, Identity, identify, place_of
from ingest.titles import is_title, without_notes
from rag.organisation import bare, in_order
from rag.places import places_in
from rag.text import years_in
from rag.tokens import dictionary_tag

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


_PLANS = re.compile(r"计划|打算|思路|安排|要点|规划|方案|设想")
_TELLS = re.compile(r"总结|报告|情况|分析|回顾|汇报|形势|小结")
_STAMP = re.compile(r"\d{5,}|(?:19|20)\d\d[-_.]\d{1,2}[-_.]\d{1,2}")
_TIME = re.compile(r"(?:19|20)\d\d(?:年(?:度)?)?|[上下]半年|全年|[一二三四]季度|\d{1,2}月份?")


def with_name(own: Identity, stem: str) -> Identity:
    """Year and place by a file's name that need be no title (`云岭市经济形势2019`), where the report tells neither."""
    name = _STAMP.sub(" ", _COPY.sub("", _NUMBER_BEFORE.sub("", stem.strip())))
    years = {*years_in(name), *(int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", name))}
    if len(years) == 1 and own.year is None and own.plan_year is None:
        ahead = _PLANS.search(name) and not _TELLS.search(name)
        own = replace(own, **{"plan_year" if ahead else "year": years.pop()})
    place = _place_in(_TIME.sub("", name), own.org_level) if not own.place and own.org_level != "国家" else ""
    level = place[-1:] if place[-1:] in RANK else ""
    return replace(own, place=place) if place and _same_place(own, Identity(place=place, org_level=level)) else own


def _place_in(name: str, level: str) -> str:
    """The place that a name begins with, in full or (`云岭`) as the dictionary has it; empty where it names none."""
    if place := place_of(name, "", ""):
        return place
    place = next((place for place in places_in(name) if name.startswith(place)), "")
    return place + level if place and dictionary_tag(place + level) == "ns" else place
