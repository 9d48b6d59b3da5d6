"""The road of a question: question → scope → retrieval → answer → citation check → reply."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from itertools import islice

from rag.citation import MARKER, Citations, unsupported
from rag.consistency import consistent
from rag.conversation import leaning
from rag.evidence import Evidence
from rag.extractive import compose
from rag.findings import find
from rag.followups import follow_ups, question_of
from rag.generative import further, with_model
from rag.library import Library
from rag.model import Citation, Kind, Refusal, Reply
from rag.parts import first_part
from rag.question import parse
from rag.refusal import decide, explain_refusal
from rag.resolved import Resolved
from rag.scope import resolve, resolve_all
from rag.settings import Settings


class Assistant:
    """Answers questions about a library's reports."""

    def __init__(self, library: Library, settings: Settings) -> None:
        self.library = library
        self.settings = settings

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        orgs: Sequence[str] = (),
        years: Sequence[int] = (),
        reports: Sequence[str] = (),
    ) -> Reply:
        """Answer a question; `history` holds the earlier questions of the conversation, oldest first.

        `orgs`, `years` and `reports` (ids) narrow the scope by hand. With a language model set, the answer is the
        model's, checked against the reports.
        """
        *_, final = self.stream(question, history=history, orgs=orgs, years=years, reports=reports)
        return final

    def stream(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        orgs: Sequence[str] = (),
        years: Sequence[int] = (),
        reports: Sequence[str] = (),
    ) -> Iterator[Reply]:
        """Growing replies as `ask` gives them; the last one is final."""

        def extract() -> tuple[Reply, tuple[Citation, ...]]:
            reply, evidence = self._extract(question, history, orgs, years, reports)
            generates = self.settings.llm_base_url and not reply.refused
            return reply, further(self.library, reply.citations, evidence) if generates else ()

        with self.library.embedding.precedence.short():
            reply, more = consistent(self.library, extract)
        if self.settings.llm_base_url and not reply.refused:
            yield from with_model(self.settings, question, reply, more, history=history)
            return
        lines = reply.answer.split("\n")
        for shown in range(1, len(lines)):
            yield replace(reply, answer="\n".join(lines[:shown]))
        yield reply

    def _extract(
        self, question: str, history: Sequence[str], orgs: Sequence[str], years: Sequence[int], reports: Sequence[str]
    ) -> tuple[Reply, list[Evidence]]:
        """The answer in the reports' own words, and the sentences it was chosen from."""
        clock = _Clock()
        resolved = self._resolve(question, history, orgs, years, reports)
        clock.lap("question")
        refusal = resolved.refusal
        citations, answer, evidence = Citations(self.library), "", []
        if refusal is None:
            found = find(self.library, resolved)
            refusal = decide(found)
            if refusal is not None and (fuller := leaning(resolved)):
                found = find(self.library, fuller)
                refusal = decide(found)
            if refusal is not None and (part := first_part(resolved)) and decide(find(self.library, part)) is None:
                refusal = None  # what the first part asks for is told, what the others do is said to be missing
            evidence = found.evidence
            clock.lap("retrieval")
            if refusal is None:
                answer = _checked(compose(self.library, found, citations), citations)
                refusal = None if answer else Refusal.NO_EVIDENCE
        if refusal is not None:
            answer, citations = explain_refusal(self.library, resolved, refusal), Citations(self.library)
        clock.lap("answer")
        reply = Reply(
            question=question,
            answer=answer,
            refusal=refusal,
            scope=resolved.scope,
            citations=tuple(citations.found),
            timings_ms=clock.total(),
        )
        return reply, evidence

    def explain(self, question: str, history: Sequence[str] = ()) -> dict:
        """How a question was understood, for `baogao ask --explain`."""
        resolved = self._resolve(question, history, (), (), ())
        q = resolved.question
        shown = {key: value for key, value in asdict(q).items() if key != "asked"}
        return {
            **shown,
            "intent": q.intent.value,
            "kinds": [k.value for k in q.kinds],
            "search_text": resolved.text,
            "topic": list(resolved.terms),
            "orgs": list(resolved.named),
            "reports": [r.name for r in resolved.reports],
            "refusal": resolved.refusal.value if resolved.refusal else None,
        }

    def follow_ups(
        self,
        reply: Reply,
        *,
        history: Sequence[str] = (),
        orgs: Sequence[str] = (),
        years: Sequence[int] = (),
        reports: Sequence[str] = (),
    ) -> list[str]:
        """Questions that go on from an answer that `ask` gave with the same options, each one that can be answered."""
        return follow_ups(self.library, reply, history, orgs=orgs, years=years, reports=reports)

    def examples(self, n: int = 4) -> list[str]:
        """Questions that the library can answer, of different sorts."""
        asked: list[tuple[Kind, str, int | None]] = []
        for report in self.library.reports():
            if report.version_of or not report.org:
                continue
            kinds = {s.kind for s in self.library.report(report.id).sections}
            years = {Kind.PLAN: report.plan_year, Kind.HIGHLIGHT: report.year, Kind.SUMMARY: report.year}
            asked += [(kind, report.org, year) for kind, year in years.items() if kind in kinds and year]
            if Kind.PROBLEM in kinds:
                asked.append((Kind.PROBLEM, report.org, None))
        chosen: dict[str, str] = {}
        for wanted in (Kind.PLAN, Kind.PROBLEM, Kind.HIGHLIGHT, Kind.SUMMARY, Kind.PLAN, Kind.PROBLEM):
            fresh = ((org, year) for kind, org, year in asked if kind is wanted and org not in chosen)
            for org, year in islice(fresh, 1):
                chosen[org] = question_of(org, wanted, year)
        return list(chosen.values())[:n]

    def _resolve(
        self, question: str, history: Sequence[str], orgs: Sequence[str], years: Sequence[int], reports: Sequence[str]
    ) -> Resolved:
        before = resolve_all(self.library, history)
        return resolve(self.library, parse(question), before, orgs=orgs, years=years, report_ids=reports)


def _checked(answer: str, citations: Citations) -> str:
    """The answer without the lines that its citations do not carry; citations that no line uses are dropped."""
    failing = set(unsupported(answer, citations.found))
    answer = "\n".join(line for line in answer.split("\n") if not any(claim in line for claim in failing))
    used = {int(n) for n in MARKER.findall(answer)}
    citations.found = [citation for citation in citations.found if citation.n in used]
    return answer if used else ""


class _Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self._began = self._last = time.perf_counter()
        self._laps = {"question": 0.0, "retrieval": 0.0, "answer": 0.0}

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self._laps[stage] += round((now - self._last) * 1000, 1)
        self._last = now

    def total(self) -> dict[str, float]:
        return {**self._laps, "total": round((time.perf_counter() - self._began) * 1000, 1)}
