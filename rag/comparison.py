"""Several reports in one answer: side by side, over the years, or which of them say something."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.citation import MOST, Citations, marked
from rag.evidence import Evidence, token_set
from rag.facts import fact_line, window
from rag.findings import Findings
from rag.library import Library
from rag.listing import source_line, tidy
from rag.model import Report
from rag.question import Intent, topic_terms

_MOST_GROUPS = 6
_NEAR_BEST = 0.75
_SAYS = 0.5
"""A report speaks of a topic where one of its sentences holds this share of the topic's words, by rarity."""
_LONGEST = 80


def groups(found: Findings) -> list[list[Report]]:
    """Reports to be set side by side: by organisation where several are named, by year where several are."""
    resolved = found.resolved
    if len(resolved.named) > 1:
        return [[r for r in resolved.reports if r.org == org] for org in resolved.named]
    years = resolved.question.years
    if len(years) > 1:
        by_year = [[r for r in resolved.reports if r.year == y] for y in years]
        return [g for g in by_year if g]
    if resolved.question.intent is Intent.TREND:
        best = max(resolved.affinity.values(), default=0.0)
        held = [r for r in resolved.reports if r.year and resolved.affinity.get(r.id, 0.0) >= 0.9 * best]
        return [[r] for r in sorted(held, key=lambda r: r.year or 0)]
    return []


def side_by_side(library: Library, found: Findings, parts: Sequence[Sequence[Report]], citations: Citations) -> str:
    """The best sentences of each group under its report; one each for a figure, three for a comparison."""
    most = 3 if found.resolved.question.intent is Intent.COMPARE else 1
    blocks = []
    for group in parts[:_MOST_GROUPS]:
        ids = {r.id for r in group}
        own = [e for e in found.evidence if e.chunk.report_id in ids]
        if not own:
            continue
        kept = [e for e in own[:most] if e.score >= _NEAR_BEST * own[0].score]
        lines = [fact_line(library, found, e, citations) for e in sorted(kept, key=lambda e: e.span)]
        report = library.report(kept[0].chunk.report_id).report
        blocks.append("\n".join([source_line(report), *dict.fromkeys(lines)]))
    return "\n\n".join(blocks)


def which(library: Library, found: Findings, citations: Citations) -> str:
    """One line for each report that speaks of the topic, with its evidence; versions of a report share its line."""
    topics = _topics(library, found)
    bureaus = re.search(r"哪[些几]?个?(?:局|委|部门)", found.resolved.question.text)
    best_of: dict[str, tuple[float, Evidence]] = {}
    for item in found.evidence:
        share = max((_share(item.text, topic) for topic in topics), default=0.0)
        if share >= _SAYS and share > best_of.get(item.chunk.report_id, (0.0, item))[0]:
            best_of[item.chunk.report_id] = (share, item)
    versions = [r for r in library.reports() if r.version_of]
    lines = []
    for report_id, (_, item) in best_of.items():
        full = library.report(report_id)
        if len(lines) == MOST or (bureaus and full.report.org_level in ("乡", "镇", "街道", "开发区")):
            continue
        text = tidy(full.text[slice(*window(full, item.span, found.wanted, longest=_LONGEST))]).rstrip("，,、；;。")
        marker = citations.cite(report_id, item.span)
        also = "".join(_same_passage(library, r, item, citations) for r in versions if r.version_of == report_id)
        if marker:
            lines.append(f"- **{_who(full.report)}**：{marked(text, marker + also)}")
    return "\n".join([f"以下 {len(lines)} 份报告提到：", *lines]) if lines else ""


def _who(report: Report) -> str:
    name = report.org or report.title
    return f"{name}（{report.tag}）" if report.tag else name


def _topics(library: Library, found: Findings) -> list[dict[str, float]]:
    """The topic's alternatives (`志愿服务、志愿者`), each as words with their weight by rarity."""
    weights = []
    for part in re.split(r"[、，,]|或者?|以及", found.resolved.text):
        words = [w for w in topic_terms(part) if library.document_frequency(w)]
        if words:
            weights.append({w: found.wanted.get(w, 1.0) for w in words})
    return weights


def _share(text: str, topic: dict[str, float]) -> float:
    own = token_set(text)
    return sum(w for t, w in topic.items() if t in own) / sum(topic.values())


def _same_passage(library: Library, version: Report, item: Evidence, citations: Citations) -> str:
    """The marker for a sentence in a version of its report, found by its longest unmasked words; else empty."""
    words = max(re.findall(r"[一-龥]{6,}", item.text), key=len, default="")
    at = library.report(version.id).text.find(words) if words else -1
    return citations.cite(version.id, (at, at + len(words))) if at >= 0 else ""
