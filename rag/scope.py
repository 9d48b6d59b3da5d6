"""What a question is about: its reports, by name, by description and by what was asked before."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rag.library import Library
from rag.model import Kind, Refusal, Report, Scope
from rag.organisation import Mention, in_place, leading_mention, mentions, names, place_in, unknown_mention
from rag.places import places_in
from rag.question import Intent, Question, topic_terms
from rag.spelling import corrections
from rag.wording import full_forms, official_forms

_TEXTS_READ = 300
"""Reports whose whole text is searched for the question's words; in a larger library those of the best hits."""
_SORT = {"经开区": "开发区", "高新区": "高新", "管委会": "区"}
"""How a text speaks of the sort of body that a question calls so."""
_ELSEWHERE = 0.6
"""A follow-up stays with the reports before unless another holds its words this much better."""
_SAYS_LITTLE = 2
_OFTEN = 0.34
"""Of the reports that a description fits, those that speak of it at least so often as the one that does most."""
_FEW = 0.34
"""A place that more of the reports speak of does not tell them apart."""
_LEVEL_WORDS = (
    (
        ("乡", "镇", "街道"),
        re.compile(r"[那这该]个?[乡镇]|(?:乡镇|镇乡|镇街|乡|镇)(?:里|的)?(?:工作)?(?:总结|报告|材料)"),
    ),
)


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
    affinity: dict[str, float] = field(default_factory=dict)
    """Report id → share of the question's words, by rarity, that the report holds: 0..1."""
    forms: dict[str, str] = field(default_factory=dict)
    """Words of the question → how its reports put them."""
    required_year: int | None = None
    """A year that no report is about, so that a sentence must name it itself."""
    context: tuple[str, ...] = ()
    """Topic words of the question before, where this one stays with its reports."""
    refusal: Refusal | None = None
    missing: str = ""
    """What the library does not have: an organisation or years."""

    @property
    def scope(self) -> Scope:
        return Scope(self.named, self.question.years, self.question.kinds)


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
        question = _completed(question, before)
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
    if not terms and before is not None and (question.elliptic or by_name):
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
        resolved = _scoped(resolved, placed)
    else:
        stranger = unknown_mention(question.text)
        if stranger and _asked_as_author(library, question, stranger, everything):
            return replace(resolved, refusal=Refusal.UNKNOWN_ORG, missing=stranger.words)
        resolved = _of_place(library, resolved)
        levels = next((levels for levels, words in _LEVEL_WORDS if words.search(question.text)), ())
        resolved = _of_level(resolved, levels)
    if len(resolved.named) > 1 and question.intent is Intent.WHICH:
        # Two bodies are named: it is not asked which reports speak of something.
        resolved = replace(resolved, question=replace(question, intent=Intent.COMPARE))
    resolved = _as_described(library, replace(resolved, affinity=_affinity(library, resolved)))
    if before is not None and not (orgs or report_ids or by_name):
        resolved = _as_before(library, resolved, before)
    return _in_their_words(library, _of_years(library, resolved))


def _in_their_words(library: Library, resolved: Resolved) -> Resolved:
    """The question with the reports' own wording beside its abbreviations."""
    texts = [library.report(r.id).text for r in resolved.reports[:_TEXTS_READ]]
    resolved = _spelled(resolved, texts)
    forms = full_forms(resolved.terms, texts) | official_forms([*resolved.terms, *_compounds(resolved)], texts)
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
        if meant and mention.span[1] not in by_end:
            by_end[mention.span[1]] = (mention, meant)
    return list(by_end.values())


def _literal(reports: Sequence[Report], text: str) -> list[tuple[Mention, list[Report]]]:
    """Organisations that the question names in full, and governments that it names by place (`临江`)."""
    found = []
    for org in dict.fromkeys(r.org for r in reports if r.org):
        place = re.fullmatch(r"(?P<stem>[一-龥]{2,6})(?:省|市|区|县|州|自治区|自治州)人民政府", org)
        words = org if org in text else place["stem"] if place and place["stem"] in text else ""
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
        for report in reports[:_TEXTS_READ]:
            if (
                place
                and not report.org
                and place in (text := library.report(report.id).text)
                and _SORT.get(mention.unit, mention.unit) in text
            ):
                found.append(report)
    return found


def _of_place(library: Library, resolved: Resolved) -> Resolved:
    """The reports that speak of a place that the question names and that few of them speak of."""
    reports = resolved.reports[:_TEXTS_READ]
    speaking: list[Report] = []
    for place in places_in(resolved.question.text):
        own = [r for r in reports if place in r.name or place in r.org or place in library.report(r.id).text]
        if len(own) > max(1, _FEW * len(reports)):
            return resolved
        speaking.extend(r for r in own if r not in speaking)
    return replace(resolved, reports=tuple(speaking)) if speaking else resolved


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
    text = re.sub(r"(?:19|20)\d\d年?(?:度)?(?:的)?", "", text)
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
    spoken_of = any(stranger.words in library.report(r.id).text for r in reports[:_TEXTS_READ])
    return not spoken_of and stranger.span[0] <= 12


def _affinity(library: Library, resolved: Resolved) -> dict[str, float]:
    """How much of the question's words, by rarity among the reports, each report holds."""
    reports = resolved.reports[:_TEXTS_READ]
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


def _compounds(resolved: Resolved) -> list[str]:
    """Neighbouring words as they stand in the question: `百里` `杜鹃` also as `百里杜鹃`."""
    pairs = zip(resolved.terms, resolved.terms[1:], strict=False)
    return [a + b for a, b in pairs if a + b in resolved.text.lower()]


def _completed(question: Question, before: Resolved) -> Question:
    """What a follow-up leaves out, taken from the question before."""
    previous = before.question
    years = question.years
    shift = _shift(question.text)
    this_year = "今年" in question.text
    if not years and shift and previous.years:
        years = tuple(year + shift for year in previous.years)
    intent = question.intent
    if intent is Intent.FACT and question.elliptic:
        intent = previous.intent
    kinds = question.kinds or (previous.kinds if question.elliptic and intent in (previous.intent, Intent.FACT) else ())
    return replace(
        question,
        years=years or (previous.years if question.elliptic and not this_year else ()),
        kinds=kinds,
        intent=intent,
    )


def _shift(text: str) -> int:
    if "今年" in text:
        return 0
    if re.search(r"(?:前|上)一年|去年|上年", text):
        return -1
    if re.search(r"(?:后|下|第二)一?年|明年", text):
        return 1
    return -2 if "前年" in text else 0


def _as_before(library: Library, resolved: Resolved, before: Resolved) -> Resolved:
    """Stay with the reports of the question before, unless the words belong elsewhere."""
    if not before.named and len(before.reports) > 1:
        best = max(before.affinity.values(), default=0.0)
        kept = [r for r in before.reports if best and before.affinity.get(r.id, 0.0) >= 0.9 * best]
    else:
        kept = list(before.reports)
    ids = {r.id for r in kept}
    if resolved.question.other:
        others = [r for r in resolved.reports if r.id not in ids and (not before.named or r.org)]
        return replace(resolved, reports=tuple(others or resolved.reports))
    here = max((resolved.affinity.get(i, 0.0) for i in ids), default=0.0)
    best = max(resolved.affinity.values(), default=0.0)
    leaves = resolved.terms and here < (_ELSEWHERE if not resolved.question.elliptic else 0.2) * best
    if not kept or leaves:
        return resolved
    # A change of year looks among all reports of the organisation.
    if resolved.question.years != before.question.years:
        kept = [r for r in resolved.reports if r.id in ids or (r.org and r.org in before.named)]
    return replace(resolved, reports=tuple(kept), named=before.named, context=before.terms)


def leaning(resolved: Resolved) -> Resolved | None:
    """A follow-up that says little itself (`还有几项没改完`) with the topic before it; None where there was none."""
    if not resolved.context or len(resolved.terms) > _SAYS_LITTLE:
        return None
    terms = tuple(dict.fromkeys((*resolved.context, *resolved.terms)))
    return replace(resolved, terms=terms, text=f"{' '.join(resolved.context)} {resolved.text}", context=())


def _of_years(library: Library, resolved: Resolved) -> Resolved:
    """Keep the reports of the years asked for, or say that none is."""
    question, reports = resolved.question, resolved.reports
    if not question.years:
        return _of_relative_year(resolved)
    wanted = set(question.years)
    fitting = [r for r in reports if wanted & set(r.years)]
    if not fitting:
        speaking = [r for r in reports[:_TEXTS_READ] if any(f"{y}年" in library.report(r.id).text for y in wanted)]
        if speaking:
            return replace(resolved, reports=tuple(speaking), required_year=min(wanted))
        return replace(resolved, refusal=Refusal.YEAR_NOT_COVERED, missing="、".join(f"{y}年" for y in sorted(wanted)))
    planned = [r for r in fitting if r.plan_year in wanted]
    reported = [r for r in fitting if r.year in wanted]
    aims = Kind.PLAN in question.kinds and Kind.SUMMARY not in question.kinds
    by_org: dict[str, list[Report]] = {}
    for report in fitting:
        by_org.setdefault(report.org or report.id, []).append(report)
    kept: list[Report] = []
    for own in by_org.values():
        first, second = ([r for r in own if r in planned], [r for r in own if r in reported])
        kept.extend((first or second) if aims else (second or first))
    return replace(_aimed(resolved, kept), reports=tuple(r for r in reports if r in kept))


def _aimed(resolved: Resolved, reports: Sequence[Report]) -> Resolved:
    """A year that the reports plan for asks for plans, one that they report on for results, where nothing else says."""
    question = resolved.question
    if question.kinds or not reports:
        return resolved
    years = set(question.years)
    if all(r.plan_year in years and r.year not in years for r in reports):
        return replace(resolved, question=replace(question, kinds=(Kind.PLAN,)))
    if question.intent in (Intent.LIST, Intent.WAY) and all(r.year in years for r in reports):
        return replace(resolved, question=replace(question, kinds=(Kind.SUMMARY, Kind.HIGHLIGHT)))
    return resolved


def _of_relative_year(resolved: Resolved) -> Resolved:
    """今年/去年/明年 count from the latest report of each organisation; without them all its reports stay."""
    shift = resolved.question.relative_year
    if shift is None or not resolved.named:
        return resolved
    kept: list[Report] = []
    for org in resolved.named:
        own = [r for r in resolved.reports if r.org == org]
        latest = max((r.year or 0 for r in own), default=0)
        wanted = latest + min(shift, 0)
        kept.extend([r for r in own if r.year == wanted] or [r for r in own if r.year == latest] or own)
    return replace(resolved, reports=tuple(kept) or resolved.reports)
