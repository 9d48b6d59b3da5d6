"""Several reports in one answer: side by side, over the years, or which of them say something."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from rag.citation import MOST, NOTHING, Citations, marked, normal
from rag.evidence import Evidence, token_set
from rag.facts import fact_line, figure_told, window
from rag.findings import Findings, find
from rag.library import Library
from rag.listing import ROOM as LIST_ROOM
from rag.listing import listed, source_line, tidy, whole_sections
from rag.model import Kind, Report
from rag.organisation import same_bodies
from rag.periods import of_year
from rag.question import Intent, parse, quotations, topic_terms
from rag.scope import resolve
from rag.subjects import Subject
from rag.tokens import is_word
from rag.vocabulary import FIGURE

_MOST_GROUPS = 6
_ALMOST, _HALF = 0.7, 0.5
_HARDLY = 0.15
_SAYS, _AS_MUCH = 0.5, 0.67
"""A report speaks of a topic where one of its sentences holds this share of the topic's words, by rarity, and so much
of what the best one holds."""
_LONGEST = 80
_FEWEST_YEARS, _LONGEST_SPAN, _LONGEST_ROW, _LONGEST_HEAD = 2, 15, 11, 9
"""A row of more letters would be a statement of its own, which the excerpt would have to hold with its year."""
_FROM_TO = re.compile(r"(?:19|20)\d\d年?\s*[到至\-—–~～]+\s*(?:19|20)\d\d")
"""`2019年到2024年` asks for all the years between, `2019年和2024年` for two."""


def groups(library: Library, found: Findings) -> list[list[Report]]:
    """Reports to be set side by side: by organisation where several are named, by year where several are."""
    resolved = found.resolved
    bodies = same_bodies(resolved.named)
    if len(several := dict.fromkeys(bodies.values())) > 1:
        return [[r for r in resolved.reports if bodies.get(r.org) == body] for body in several]
    years = resolved.question.years
    if len(years) > 1:
        by_year = [of_year(resolved, resolved.reports, year) for year in years]
        return [group for i, group in enumerate(by_year) if group and group not in by_year[:i]]
    described = _described(library, found)
    if len(described) > 1:
        return [[r] for r in described]
    held = _holding(found)
    if resolved.question.intent is Intent.TREND:
        return [[r] for r in sorted((r for r in held if r.year), key=lambda r: r.year or 0)]
    if resolved.question.intent is Intent.COMPARE and resolved.named:
        return [[r] for r in held]
    return []


def _described(library: Library, found: Findings) -> list[Report]:
    """The reports that `甲那个开发区和乙那个` tells apart: for each description the one that speaks of it most."""
    words = re.findall(r"([一-龥]{2,8}?)(?:的)?那[个家份篇]", re.sub("[和与跟及]", "，", found.resolved.question.text))
    best = []
    for word in words if len(words) > 1 else []:
        report = max(found.resolved.reports, key=lambda r: library.report(r.id).text.count(word))
        if word in library.report(report.id).text and report not in best:
            best.append(report)
    return best


def _holding(found: Findings) -> list[Report]:
    """Reports that hold the question's words about as well as the best does; in a comparison half as well will do."""
    share = _HALF if found.resolved.question.intent is Intent.COMPARE else _ALMOST
    best = max(found.resolved.affinity.values(), default=0.0)
    return [r for r in found.resolved.reports if best and found.resolved.affinity.get(r.id, 0.0) >= share * best]


def side_by_side(library: Library, found: Findings, parts: Sequence[Sequence[Report]], citations: Citations) -> str:
    """For a comparison each group's section or sentences on the topic, for figures the one sentence with the fact."""
    question = found.resolved.question
    chapters = question.intent is Intent.TREND and question.kinds  # `困难有什么变化`
    as_lists = (question.intent is Intent.COMPARE or chapters) and not _asks_figures(question.text, question.kinds)
    own = [find(library, replace(found.resolved, reports=tuple(group))) for group in parts[:_MOST_GROUPS]]
    if not as_lists and (table := _by_year(library, own, citations)):
        return table
    room = LIST_ROOM // len(own)
    blocks = []
    for part in own:
        if not part.evidence:
            continue
        if part.support < _HARDLY and part.wanted and not question.kinds:
            blocks.append(f"{source_line(part.resolved.reports[0])}\n{NOTHING}")
        elif as_lists:
            whole = whole_sections(library, part.resolved, citations, room=room) if _no_topic(part) else ""
            blocks.append(whole or listed(library, part, citations, room=room))
        elif part.wanted and not _holds_any(library, part):
            blocks.append(f"{source_line(part.resolved.reports[0])}\n{NOTHING}")
        else:
            blocks.append(_one_fact(library, part, citations))
    return "\n\n".join(filter(None, blocks))


_MORE = re.compile(r"(?:谁|哪[一个家边年]?)[^，。？?]{0,10}(?:高|多|大|快|低|少)(?:[些点]|一[些点])?(?=[？?，,。了]|$)")


def _asks_figures(text: str, kinds: Sequence[Kind]) -> bool:
    """Whether figures are compared: where `哪个多` is asked, of anything but kinds of section."""
    return re.search(FIGURE, text) is not None or (not kinds and _MORE.search(text) is not None)


def _by_year(library: Library, parts: Sequence[Findings], citations: Citations) -> str:
    """One organisation's figure year by year as a table, with gaps; empty where it does not fit one."""
    reports = [report for part in parts for report in part.resolved.reports]
    years = [report.year for report in reports if report.year]
    if len({r.org for r in reports}) > 1 or len(years) < len(reports) or len(set(years)) < len(parts):
        return ""
    told: dict[int | None, tuple[str, Evidence]] = {}
    for part in parts:
        if part.evidence and part.support >= _HARDLY and (figure := figure_told(library, part, part.evidence[0])):
            told[part.resolved.reports[0].year] = figure, part.evidence[0]
    units = {re.sub(r"^[\d.,]+(?:[余多])?", "", figure) for figure, _ in told.values()}
    longest = max((len(normal(f"{year}{figure}")) for year, (figure, _) in told.items()), default=0)
    if len(told) < _FEWEST_YEARS or len(units) > 1 or longest > _LONGEST_ROW:
        return ""
    resolved = parts[0].resolved
    asked = resolved.question.years or years
    span = resolved.question.intent is Intent.TREND or _FROM_TO.search(resolved.question.text)
    each = span and max(asked) - min(asked) < _LONGEST_SPAN
    listed_years = range(min(asked), max(asked) + 1) if each else sorted(set(asked))
    rows = []
    for year in listed_years:
        figure, item = told.get(year, ("", None))
        cell = f"**{figure}**{citations.cite(item.chunk.report_id, item.span)}" if item else "—"
        rows.append(f"| {year} | {cell} |")
    head = f"| 年份 | {_short_topic(resolved.terms)} |"
    return "\n".join([f"据{reports[0].org}各年报告：\n", head, "|---|---|", *rows])


def _short_topic(terms: Sequence[str]) -> str:
    """The last of the topic's words, as many as make the head of a column."""
    topic = ""
    for term in reversed(terms):
        if len(term + topic) > _LONGEST_HEAD:
            break
        topic = term + topic
    return topic or "数字"


def one_by_one(library: Library, whole: Findings, things: Sequence[Subject], citations: Citations) -> str:
    """For each of the things that a question sets side by side what answers for it: a figure, or some sentences.

    A thing that names no body of its own is looked for in the reports of the one that the whole question names.
    """
    ids = {r.id for r in whole.resolved.reports} if whole.resolved.named else set()
    figures = any(_asks_figures(thing.question, whole.resolved.question.kinds) for thing in things)
    blocks = []
    for thing in things:
        resolved = resolve(library, parse(thing.question))
        found = find(library, resolved)
        if ids and not resolved.named and ids < {r.id for r in resolved.reports}:
            narrow = find(library, resolve(library, parse(thing.question), report_ids=sorted(ids)))
            found = narrow if any(_speaks_of(library, e, thing.name) for e in narrow.evidence) else found
        own = [e for e in found.evidence if found.resolved.named or _speaks_of(library, e, thing.name)]
        if own:
            part, room = replace(found, evidence=own), LIST_ROOM // len(things)
            blocks.append(
                _one_fact(library, part, citations) if figures else listed(library, part, citations, room=room)
            )
    return _under_one_source(dict.fromkeys(blocks)) if len(blocks) > 1 else ""


def _under_one_source(blocks: Iterable[str]) -> str:
    """Blocks in their order, neighbours from the same source under one line that names it."""
    joined: list[str] = []
    for block in blocks:
        source, _, told = block.partition("\n")
        if joined and joined[-1].partition("\n")[0] == source:
            joined[-1] += f"\n{told}"
        else:
            joined.append(block)
    return "\n\n".join(joined)


def _speaks_of(library: Library, item: Evidence, name: str) -> bool:
    full = library.report(item.chunk.report_id)
    return name in item.text or name in full.sections[item.section].heading or name in full.report.name


def _holds_any(library: Library, found: Findings) -> bool:
    """Whether the best sentence, with its headings and those before it, holds any of the question's words."""
    best = found.evidence[0]
    full = library.report(best.chunk.report_id)
    near = " ".join((full.text[best.chunk.start : best.span[1]], *full.heading_path(best.section)))
    return bool(token_set(near) & set(found.wanted))


def _one_fact(library: Library, found: Findings, citations: Citations) -> str:
    best = found.evidence[0]
    source = source_line(library.report(best.chunk.report_id).report)
    return f"{source}\n{fact_line(library, found, best, citations)}"


def _no_topic(found: Findings) -> bool:
    """Whether a comparison is of whole chapters (`各自的困难有什么不一样`)."""
    held = max((e.coverage for e in found.evidence), default=0.0)
    return bool(found.resolved.question.kinds) and (not found.wanted or held < _HARDLY)


def which(library: Library, found: Findings, citations: Citations) -> str:
    """One line for each report that speaks of the topic, with its evidence; versions of a report share its line."""
    topics = _topics(library, found)
    bureaus = re.search(r"哪[些几]?个?(?:局|委|部门)", found.resolved.question.text)
    best_of: dict[str, tuple[float, Evidence]] = {}
    for topic in topics:
        shares = [(_share(item.text, topic, found.resolved.forms), item) for item in found.evidence]
        least = max(_SAYS, _AS_MUCH * max((share for share, _ in shares), default=0.0))
        for share, item in shares:
            if share >= least and share > best_of.get(item.chunk.report_id, (0.0, item))[0]:
                best_of[item.chunk.report_id] = (share, item)
    versions = [r for r in library.reports() if r.version_of]
    names = Counter(_who(library.report(report_id).report) for report_id in best_of)
    lines = []
    for report_id, (_, item) in best_of.items():
        full = library.report(report_id)
        if len(lines) == MOST or (bureaus and full.report.org_level in ("乡", "镇", "街道", "开发区")):
            continue
        text = tidy(full.text[slice(*window(full, item.span, found.wanted, longest=_LONGEST))]).rstrip("，,、；;。")
        marker = citations.cite(report_id, item.span)
        also = "".join(_same_passage(library, r, item, citations) for r in versions if r.version_of == report_id)
        if marker:
            # The name on a line of its own: it is no claim, and `篇6` in it no figure that an excerpt must hold.
            who = _who(full.report)
            told_apart = f"《{full.report.title}》" if names[who] > 1 and who != full.report.title else ""
            lines.append(f"- **{who}**{told_apart}：\n  - {marked(text, marker + also)}")
    return "\n".join([f"以下 {len(lines)} 份报告提到：", *lines]) if lines else ""


def _who(report: Report) -> str:
    name = report.org or report.title
    return f"{name}（{report.tag}）" if report.tag else name


def _topics(library: Library, found: Findings) -> list[dict[str, float]]:
    """The topic's alternatives (`志愿服务、志愿者`), each as words with their weight by rarity."""
    weights = []
    quoted = [{phrase: 1.0} for phrase in quotations(found.resolved.text)]
    if quoted:
        return quoted
    for part in re.split(r"[、，,]|或者?|以及", found.resolved.text):
        known = {w: library.document_frequency(w) > 0 or w in found.resolved.forms for w in topic_terms(part)}
        if any(known.values()):
            # A word of the dictionary that no report has is part of the topic all the same: `养老` of `养老服务`.
            weights.append({w: found.wanted.get(w, 1.0) for w, has in known.items() if has or is_word(w)})
    return weights


def _share(text: str, topic: dict[str, float], forms: Mapping[str, str]) -> float:
    """The share of a topic that a text holds; a word and its official form, which the topic has too, are one."""
    own, words = token_set(text), {**{form: word for word, form in forms.items()}, **forms}
    held = (w for t, w in topic.items() if t in own or (len(t) > 2 and t in text) or words.get(t, t) in text)
    return sum(held) / sum(topic.values())


def _same_passage(library: Library, version: Report, item: Evidence, citations: Citations) -> str:
    """The marker for a sentence in a version of its report, found by its longest unmasked words; else empty."""
    words = max(re.findall(r"[一-龥]{6,}", item.text), key=len, default="")
    at = library.report(version.id).text.find(words) if words else -1
    return citations.cite(version.id, (at, at + len(words))) if at >= 0 else ""
