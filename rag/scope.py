"""What a question is about: its reports, by name, by place, by description and by what was asked before."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from rag.conversation import as_before, completed
from rag.library import Library
from rag.model import Refusal, Report
from rag.organisation import (
    Mention,
    governed_place,
    in_place,
    leading_mention,
    mentions,
    names,
    place_in,
    stem_of_government,
)
from rag.periods import of_plan_period, of_years, own_years, without_period
from rag.places import leading_place
from rag.placing import of_place, without_identity
from rag.question import Intent, Question, parse, topic_terms
from rag.resolved import TEXTS_READ, Resolved
from rag.spelling import corrections, misspelt_name
from rag.strangers import unknown_beside, unknown_mention
from rag.tokens import is_word
from rag.wording import full_forms, official_forms, short_forms

_SORT = {"经开区": "开发区", "高新区": "高新", "管委会": "区"}
"""How a text speaks of the sort of body that a question calls so."""
_OFTEN = 0.34
"""Of the reports that a description fits, those that speak of it at least so often as the one that does most."""
_LEVEL_WORDS = (
    (
        ("乡", "镇", "街道"),
        re.compile(r"[那这该]个?[乡镇]|(?:乡镇|镇乡|镇街|乡|镇)(?:里|的)?(?:工作)?(?:总结|报告|材料)"),
    ),
)


def resolve(
    library: Library,
    question: Question,
    before: Resolved | None = None,
    *,
    orgs: Sequence[str] = (),
    years: Sequence[int] = (),
    report_ids: Sequence[str] = (),
) -> Resolved:
    """Find the reports of a question; `orgs`, `years` and `report_ids` are set by the person and win."""
    if before is not None and question.ordinal:
        # `第三点展开说说`: the list is the one of the question before.
        return replace(before, question=replace(before.question, asked=question.asked, ordinal=question.ordinal))
    everything = [r for r in library.reports() if not r.version_of or r.id in report_ids]
    if before is not None:
        question = completed(question, before)
    if years:
        question = replace(question, years=tuple(years))
    by_name = _named(everything, mentions(question.text)) or _named(library.reports(), mentions(question.text))
    by_name = by_name or _literal(everything, question.text)
    if not by_name and (leading := leading_mention(question.text)):
        by_name = _named(everything, [leading])
    text = _without(question.matter, [m for m, _ in by_name])
    terms = topic_terms(_LEVEL_WORDS[0][1].sub("", text))
    if (
        not any(len(t) > 1 for t in terms)
        and question.description
        and question.intent not in (Intent.LIST, Intent.OVERVIEW)
    ):
        # Nothing else is asked for: the description is the topic (`松林病那个乡是怎么防的`).
        text, terms = question.text, topic_terms(question.description)
    alone = not question.elliptic and not by_name and question.intent not in (Intent.FIGURE, Intent.DATE, Intent.NAME)
    if not terms and before is not None and not alone:
        # The place in the name of who was asked about before is no topic to go on with.
        terms = tuple(term for term in before.terms if not any(term in org for org in before.named))
        text = before.text if terms else text
    resolved = Resolved(question, text, terms, tuple(everything))
    if orgs:
        chosen = [r for r in everything if any(r.org == org or org in (r.org, r.name) for org in orgs)]
        chosen = chosen or [r for r in everything for org in orgs for m in mentions(org) if names(m, r.org)]
        if not chosen:
            return replace(resolved, refusal=Refusal.UNKNOWN_ORG, missing="、".join(orgs))
        resolved = _scoped(resolved, chosen)
    elif report_ids:
        resolved = replace(resolved, reports=tuple(r for r in everything if r.id in report_ids))
    elif by_name:
        reports = [r for r in library.reports() if any(r in rs for _, rs in by_name)]
        placed = _placed(library, by_name, reports) or _speaking_of(library, by_name, everything)
        if not placed:
            return replace(resolved, refusal=Refusal.UNKNOWN_ORG, missing=by_name[0][0].words)
        strangers = unknown_beside(question.text, [mention.span for mention, _ in by_name])
        years_apart = own_years(question.text, [(m.span, rs) for m, rs in (*by_name, *((m, []) for m in strangers))])
        absent = tuple(mention.words for mention in strangers)
        resolved = replace(_scoped(resolved, placed), own_years=years_apart, absent=absent)
    else:
        place = governed_place(question.text)
        if place and not any(place in f"{r.org}{r.place}{r.title}{r.file}" for r in everything):
            return replace(resolved, refusal=Refusal.UNKNOWN_ORG, missing=f"{place}人民政府")
        if (place := leading_place(question.text)) and not _spoken_of(library, place, everything):
            return replace(resolved, refusal=Refusal.UNKNOWN_ORG, missing=place)
        stranger = unknown_mention(question.text)
        meant = misspelt_name(stranger.words, dict.fromkeys(r.org for r in everything)) if stranger else ""
        if stranger and meant:
            right = question.text.replace(stranger.words, meant)
            return resolve(library, replace(parse(right), asked=question.asked), before, years=years)
        if stranger and _asked_as_author(library, question, stranger, everything):
            return replace(resolved, refusal=Refusal.UNKNOWN_ORG, missing=stranger.words)
        resolved = of_place(library, resolved)
        levels = next((levels for levels, words in _LEVEL_WORDS if words.search(question.text)), ())
        resolved = _of_level(resolved, levels)
    if len(resolved.named) > 1 and question.intent is Intent.WHICH:
        # Two bodies are named: it is not asked which reports speak of something.
        resolved = replace(resolved, question=replace(question, intent=Intent.COMPARE))
    resolved = without_identity(resolved, [place_in(mention) for mention, _ in by_name])
    resolved = _as_described(library, replace(resolved, affinity=_affinity(library, resolved)))
    if before is not None and not (orgs or report_ids or by_name):
        resolved = as_before(resolved, before)
    resolved = of_plan_period(library, without_period(of_years(library, resolved)))
    others = dict.fromkeys(own[0].org for _, own in by_name if not any(r in resolved.reports for r in own))
    several = len(by_name) > 1 and len(resolved.question.years) == 1
    return _in_their_words(library, replace(resolved, of_other_years=tuple(others) if several else ()))


def resolve_all(library: Library, questions: Sequence[str]) -> Resolved | None:
    """The last of a conversation's questions, each resolved after the one before it; None where there are none."""
    before: Resolved | None = None
    for question in questions:
        before = resolve(library, parse(question), before)
    return before


def _in_their_words(library: Library, resolved: Resolved) -> Resolved:
    """The question with the reports' own wording beside its abbreviations."""
    texts = [library.report(r.id).text for r in resolved.reports[:TEXTS_READ]]
    resolved = _spelled(resolved, texts)
    forms = full_forms([*resolved.terms, *_halves(resolved.terms)], texts) | short_forms(resolved.terms, texts)
    forms |= official_forms([*resolved.terms, *_compounds(resolved)], texts)
    if not forms:
        return resolved
    text = f"{resolved.text} {' '.join(forms.values())}"
    return replace(resolved, text=text, forms=forms)


def _spelled(resolved: Resolved, texts: Sequence[str]) -> Resolved:
    """The question with slips of one character put right, by the wording of its reports."""
    absent = [t for t in resolved.terms if not any(t in text for text in texts)]
    right = corrections([*absent, *(c for c in _compounds(resolved) if any(t in c for t in absent))], texts)
    if not right:
        return resolved
    text = resolved.text
    for wrong, meant in right.items():
        text = text.replace(wrong, meant)
    return replace(resolved, text=text, terms=topic_terms(text))


def _scoped(resolved: Resolved, reports: Sequence[Report]) -> Resolved:
    return replace(resolved, reports=tuple(reports), named=tuple(dict.fromkeys(r.org for r in reports if r.org)))


def _named(reports: Sequence[Report], found: Sequence[Mention]) -> list[tuple[Mention, list[Report]]]:
    """Mentions that name organisations of the library, the longest at each place, with their reports."""
    by_end: dict[int, tuple[Mention, list[Report]]] = {}
    places: dict[int, str] = {}
    for mention in found:
        place = places.setdefault(mention.span[1], place_in(mention)) or place_in(mention)
        places[mention.span[1]] = place
        meant = [r for r in reports if r.org and names(mention, r.org) and in_place(place, r.org)]
        stem = re.sub(r"^[省市区县](?=..)", "", mention.stem.removeprefix(place))
        meant = [r for r in meant if stem in r.org] or meant  # 水务局 rather than 水利局, where there are both
        if meant and mention.span[1] not in by_end:
            by_end[mention.span[1]] = (mention, meant)
    return list(by_end.values())


def _literal(reports: Sequence[Report], text: str) -> list[tuple[Mention, list[Report]]]:
    """Organisations that the question names in full, and governments that it names by place (`临江`)."""
    found = []
    for org in dict.fromkeys(r.org for r in reports if r.org):
        stem = stem_of_government(org)
        words = org if org in text else stem if stem and stem in text else ""
        if words:
            at = text.index(words)
            unit = re.match(r"(?:省|市|区|县|州)?(?:人民)?(?:政府)?", text[at + len(words) :])
            full = words + (unit[0] if unit and words != org else "")
            found.append((Mention(full, words, "", (at, at + len(full))), [r for r in reports if r.org == org]))
    return found


def _placed(library: Library, by_name: list[tuple[Mention, list[Report]]], reports: list[Report]) -> list[Report]:
    """Reports of the place that a mention names: `滨海经开区` is one whose report speaks of 滨海."""
    kept: list[Report] = []
    for mention, meant in by_name:
        place = re.sub(r"[省市区县州]$", "", place_in(mention))
        own = [r for r in meant if not place or place in r.org or place in library.report(r.id).text]
        kept.extend(r for r in own if r not in kept)
    return [r for r in reports if r in kept]


def _speaking_of(
    library: Library, by_name: list[tuple[Mention, list[Report]]], reports: Sequence[Report]
) -> list[Report]:
    """Reports of unknown organisation that speak of the place and the sort of body that a mention names."""
    found = []
    for mention, _ in by_name:
        place = re.sub(r"[省市区县州]$", "", place_in(mention))
        for report in reports[:TEXTS_READ]:
            if (
                place
                and not report.org
                and place in (text := library.report(report.id).text)
                and _SORT.get(mention.unit, mention.unit) in text
            ):
                found.append(report)
    return found


def _of_level(resolved: Resolved, levels: Sequence[str]) -> Resolved:
    """`那个乡` means a township's report, where the library has one."""
    said = next((level for level in levels if re.search(rf"[那这该]个?{level}", resolved.question.text)), "")
    of_level = [r for r in resolved.reports if r.org_level == said and said]
    of_level = of_level or [r for r in resolved.reports if r.org_level in levels]
    return replace(resolved, reports=tuple(of_level)) if of_level else resolved


def _without(text: str, found: Sequence[Mention]) -> str:
    """The question without the names of organisations and without years."""
    for mention in found:
        text = text.replace(mention.words, place_in(mention), 1)
    text = re.sub(r"(?:19|20)\d\d年?(?:度|[底末](?!子)|初(?!中))?(?:的)?", "", text)
    return re.sub(r"^[的，,\s]+", "", text) or text


def _asked_as_author(library: Library, question: Question, stranger: Mention, reports: Sequence[Report]) -> bool:
    """Whether an organisation that has no report here is asked about as the author of one.

    One that the reports themselves speak of may be the topic, unless its own plans or results are asked for.
    """
    own_work = question.kinds and re.match(
        r"(?:的|在)?(?:(?:19|20)\d\d年|今年|去年|明年|上半年|全年)?(?:的|目前|眼下|下一?步)?(?:工作|有哪些|有什么|有何|打算|计划|思路|要点|总结|干了|做了|怎么|存在|主要|目前|下一?步|当前)",
        question.text[stranger.span[1] :],
    )
    if own_work:
        return True
    return not _spoken_of(library, stranger.words, reports) and stranger.span[0] <= 12


def _spoken_of(library: Library, name: str, reports: Sequence[Report]) -> bool:
    """Whether a report names something, in its text or in what is known of it."""
    return any(
        name in f"{r.org}{r.place}{r.title}{r.file}" or name in library.report(r.id).text for r in reports[:TEXTS_READ]
    )


def _affinity(library: Library, resolved: Resolved) -> dict[str, float]:
    """How much of the question's words, by rarity among the reports, each report holds."""
    reports = resolved.reports[:TEXTS_READ]
    described = topic_terms(resolved.question.description)
    words = [w for w in dict.fromkeys([*(described or resolved.terms), *_compounds(resolved)]) if len(w) > 1]
    held: dict[str, list[str]] = {w: [] for w in words}
    for report in reports:
        text = library.report(report.id).text.lower()
        for word in words:
            if word in text:
                held[word].append(report.id)
    weight = {w: math.log(1 + len(reports) / len(ids)) for w, ids in held.items() if ids}
    total = sum(weight.values())
    if not total:
        return {}
    return {r.id: sum(x for w, x in weight.items() if r.id in held[w]) / total for r in reports}


def _as_described(library: Library, resolved: Resolved) -> Resolved:
    """Only the reports that a description fits best, where one is given."""
    best = max(resolved.affinity.values(), default=0.0)
    if not resolved.question.description or not best:
        return resolved
    kept = [r for r in resolved.reports if resolved.affinity.get(r.id, 0.0) >= 0.9 * best]
    words = topic_terms(resolved.question.description)
    often = {r.id: sum(library.report(r.id).text.count(word) for word in words) for r in kept}
    kept = [r for r in kept if often[r.id] >= _OFTEN * max(often.values())]
    return replace(resolved, reports=tuple(kept))


def _halves(terms: Sequence[str]) -> list[str]:
    """`基建` and `投资` of `基建投资`."""
    return [half for term in terms if len(term) == 4 for half in (term[:2], term[2:]) if is_word(half)]


def _compounds(resolved: Resolved) -> list[str]:
    """Neighbouring words as they stand in the question: `云岭` `杜鹃` also as `云岭杜鹃`."""
    pairs = zip(resolved.terms, resolved.terms[1:], strict=False)
    return [a + b for a, b in pairs if a + b in resolved.text.lower()]
