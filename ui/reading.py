"""The tab in which a report is read, corrected or removed. Needs gradio at import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import gradio as gr

from rag.errors import BaogaoError
from rag.model import FullReport, Report
from ui.permission import must_edit
from ui.scopebar import report_choices
from ui.session import QUICK, SPEAKING, Updates, carried, say_for, shown
from ui.source import reader, versions
from ui.texts import Say


class Library(Protocol):
    """What is asked of the library here."""

    def reports(self) -> list[Report]: ...
    def report(self, id: str, /) -> FullReport: ...
    def remove_report(self, id: str, /) -> Any: ...
    def update_report(self, id: str, /, *, title: str, org: str, year: int | None, plan_year: int | None) -> Any: ...


class Reading:
    """Components made where this is called, inside a `gr.Blocks`."""

    def __init__(self, library: Library, i18n: gr.I18n, script: str) -> None:
        self.library = library
        self.current = gr.State("")
        with gr.Column(visible=False, elem_id="bg-tools") as self.tools:
            self.only = gr.Button(i18n("ask_this"), size="sm", elem_id="bg-only")
            with gr.Accordion(i18n("correct"), open=False) as self.editing:
                title = gr.Textbox(label=i18n("field_title"), max_length=200)
                org = gr.Textbox(label=i18n("field_org"), max_length=100)
                with gr.Row():
                    year = gr.Textbox(label=i18n("field_year"), max_length=4, min_width=100)
                    plan_year = gr.Textbox(label=i18n("field_plan_year"), max_length=4, min_width=100)
                with gr.Row():
                    self.save = gr.Button(i18n("save"), variant="primary", size="sm", min_width=90)
                    self.remove = gr.Button(i18n("remove"), size="sm", min_width=90)
                with gr.Column(visible=False, elem_id="bg-confirm") as self.confirm:
                    gr.Markdown(i18n("remove_what"))
                    with gr.Row():
                        self.sure = gr.Button(i18n("remove_sure"), variant="stop", size="sm", min_width=90)
                        self.keep = gr.Button(i18n("keep"), size="sm", min_width=90)
        self.fields = [title, org, year, plan_year]
        self.page = gr.HTML(elem_id="bg-reader", js_on_load=script)

    def wire(self, tabs: gr.Tabs, openers: Sequence[gr.HTML], reports: gr.Dropdown, refresh: dict[str, Any]) -> None:
        """Connect the components: `openers` ask for a report, `refresh` is what follows when one has changed."""
        self.tabs = tabs
        out = [tabs, self.current, self.page, self.tools, self.confirm, *self.fields]
        for opener in (*openers, self.page):
            opener.click(self.open, None, out, **SPEAKING)
        self.only.click(self.limit, self.current, reports, **QUICK)
        self.save.click(self.correct, [self.current, *self.fields], self.page, **SPEAKING).success(**refresh)
        self.remove.click(lambda: gr.update(visible=True), None, self.confirm, **QUICK)
        self.keep.click(lambda: gr.update(visible=False), None, self.confirm, **QUICK)
        self.sure.click(self.discard, self.current, out, **SPEAKING).success(**refresh)

    def empty(self, request: gr.Request) -> str:
        """What the tab says before a report is opened."""
        return reader(None, say_for(request))

    def open(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Open a report, at a section and excerpt where one is given."""
        data, say = carried(event), say_for(request)
        if data.get("act") != "open":
            return {self.confirm: gr.skip()}
        section = _number(data, "section") if "section" in data else None
        try:
            full = self.library.report(data.get("report", ""))
        except BaogaoError as error:
            raise shown(str(error), say) from error
        report = full.report
        years = [str(year or "") for year in (report.year, report.plan_year)]
        page = reader(full, say, section=section, span=(_number(data, "start"), _number(data, "end")))
        return {
            self.tabs: gr.update(selected="read"),
            self.current: report.id,
            self.page: self._version_note(report, say) + page,
            self.tools: gr.update(visible=True),
            self.confirm: gr.update(visible=False),
            **dict(zip(self.fields, [report.title, report.org, *years], strict=True)),
        }

    def _version_note(self, report: Report, say: Say) -> str:
        """The other versions of a report, each to be opened."""
        reports = self.library.reports()
        fuller = [r for r in reports if r.id == report.version_of]
        others = [r for r in reports if r.version_of == (report.version_of or report.id) and r.id != report.id]
        return versions(fuller, others, say)

    def limit(self, current: str) -> Any:
        """Limit the next questions to the open report."""
        return gr.update(choices=report_choices(self.library.reports()), value=[current])

    def correct(self, request: gr.Request, current: str, title: str, org: str, year: str, plan_year: str) -> str:
        """Write a correction made by hand into the library."""
        must_edit(request, "correct")
        say = say_for(request)
        if not title.strip():
            raise shown(say("no_title"), say)
        years: list[int | None] = []
        for text in (year.strip(), plan_year.strip()):
            if text and not (text.isdecimal() and len(text) == 4):
                raise shown(say("bad_year"), say)
            years.append(int(text) if text else None)
        try:
            self.library.update_report(current, title=title.strip(), org=org.strip(), year=years[0], plan_year=years[1])
            full = self.library.report(current)
        except BaogaoError as error:
            raise shown(str(error), say) from error
        gr.Info(say("saved"), duration=4, title=say("done"))
        return self._version_note(full.report, say) + reader(full, say)

    def discard(self, request: gr.Request, current: str) -> Updates:
        """Remove the open report from the library."""
        must_edit(request, "remove")
        say = say_for(request)
        try:
            name = self.library.report(current).report.name
            self.library.remove_report(current)
        except BaogaoError as error:
            raise shown(str(error), say) from error
        gr.Info(say.html("removed", name=name), duration=4, title=say("done"))
        return {
            self.tabs: gr.update(selected="library"),
            self.current: "",
            self.page: reader(None, say),
            self.tools: gr.update(visible=False),
            self.confirm: gr.update(visible=False),
        }


def _number(data: dict[str, str], key: str) -> int:
    value = data.get(key, "")
    return int(value) if value.isdecimal() else 0
