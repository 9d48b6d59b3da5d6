"""The doors for programs: what `gradio_client` and MCP clients may call. None of them writes. Needs gradio."""

from __future__ import annotations

import logging
from typing import Any, Protocol

import gradio as gr
from anyio import CapacityLimiter, to_thread
from gradio.events import api

from rag.errors import BaogaoError
from rag.model import FullReport, Reply, Report
from ui.logs import answered

log = logging.getLogger(__name__)


class Assistant(Protocol):
    def ask(self, question: str, /, **options: Any) -> Reply: ...


class Library(Protocol):
    def reports(self) -> list[Report]: ...
    def report(self, id: str, /) -> FullReport: ...


def open_doors(assistant: Assistant, library: Library, answering: CapacityLimiter, *, mcp: bool) -> None:
    """Offer `ask`, and for MCP also `reports` and `show`, inside the `gr.Blocks` that is being built."""

    async def ask(
        question: str,
        history: list[str] | None = None,
        orgs: list[str] | None = None,
        years: list[int] | None = None,
        reports: list[str] | None = None,
    ) -> dict[str, Any]:
        """Answer a question from Chinese government work reports; every sentence is cited.

        Parameters:
            question: the question, in Chinese
            history: earlier questions of the conversation, oldest first
            orgs: only reports of these organisations
            years: only reports of these years
            reports: only the reports with these ids
        Returns:
            the JSON object that `baogao ask --json` prints
        """
        options = {"history": history or (), "orgs": orgs or (), "years": years or (), "reports": reports or ()}
        try:
            reply = await to_thread.run_sync(lambda: assistant.ask(question, **options), limiter=answering)
        except BaogaoError as error:
            raise gr.Error(str(error), print_exception=False) from error
        answered(log, reply)
        return reply.to_json()

    def reports() -> list[dict[str, Any]]:
        """List the reports of the library: id, file, title, organisation, years, date and size.

        Returns:
            one object for each report
        """
        return [_summary(report) for report in library.reports()]

    def show(report: str, section: int | None = None) -> dict[str, Any]:
        """Show the outline of a report, or the text of one of its sections.

        Parameters:
            report: the id of the report
            section: the number of the section in the outline; without it, the outline
        Returns:
            the report with its outline, or with the text of the section
        """
        try:
            full = library.report(report)
        except BaogaoError as error:
            raise gr.Error(str(error), print_exception=False) from error
        if section is None:
            return {**_summary(full.report), "outline": [_heading(full, s.number) for s in full.sections]}
        if not 0 <= section < len(full.sections):
            raise gr.Error(f"这份报告的节号是 0 到 {len(full.sections) - 1}", print_exception=False)
        return {**_summary(full.report), **_heading(full, section), "text": full.section_text(section)}

    # Past gradio's queue: for what is queued, its MCP server calls its own address, without the visitor's log-in.
    api(ask, api_name="ask", queue=False)
    if mcp:
        api(reports, api_name="reports", queue=False)
        api(show, api_name="show", queue=False)


def _summary(report: Report) -> dict[str, Any]:
    return {
        "id": report.id,
        "file": report.file,
        "title": report.name,
        "org": report.org,
        "years": list(report.years),
        "date": report.date,
        "characters": report.characters,
    }


def _heading(full: FullReport, number: int) -> dict[str, Any]:
    section = full.sections[number]
    return {"section": number, "level": section.level, "heading": section.heading, "kind": section.kind.value}
