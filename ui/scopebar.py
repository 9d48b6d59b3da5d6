"""The scope: filters that the visitor sets, and what was understood, to be kept or put right. Needs gradio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import gradio as gr

from rag.model import Report
from ui.session import QUICK, carried, say_for


class Library(Protocol):
    """What is asked of the library here."""

    def reports(self) -> list[Report]: ...


def report_choices(reports: Sequence[Report]) -> list[tuple[str, str]]:
    """Reports as a dropdown offers them: the name with the years, and the id."""
    return [(f"{r.name} {'–'.join(map(str, r.years))}", r.id) for r in reports]


class ScopeBar:
    """Components made where this is called, inside a `gr.Blocks`."""

    def __init__(self, library: Library, i18n: gr.I18n) -> None:
        self.library = library
        with gr.Accordion(i18n("scope_all"), open=False, elem_id="bg-scope") as self.box, gr.Row():
            self.orgs = gr.Dropdown([], multiselect=True, label=i18n("orgs"), min_width=150)
            self.years = gr.Dropdown([], multiselect=True, label=i18n("years"), min_width=110)
            self.reports = gr.Dropdown([], multiselect=True, label=i18n("reports"), min_width=150)
        self.clear = gr.Button(i18n("scope_clear"), size="sm", elem_id="bg-clear", visible=False, scale=0)
        self.limits = [self.orgs, self.years, self.reports]

    def wire(self, understood: gr.HTML) -> None:
        """Connect the components; `understood` offers what may be kept as a limit."""
        gr.on([limit.change for limit in self.limits], self.name, self.limits, [self.box, self.clear], **QUICK)
        self.box.expand(self.choices, self.limits, self.limits, **QUICK)
        self.clear.click(lambda: [gr.update(value=[]) for _ in self.limits], None, self.limits, **QUICK)
        understood.click(self.pin, self.limits, self.limits, **QUICK)

    def choices(self, orgs: list[str] | None, years: list[int] | None, ids: list[str] | None) -> tuple[Any, ...]:
        """What the filters offer, now that the library may have changed; a choice that is gone is dropped."""
        reports = self.library.reports()
        offers = (
            [(org, org) for org in sorted({r.org for r in reports if r.org})],
            [(str(year), year) for year in sorted({y for r in reports for y in r.years}, reverse=True)],
            report_choices(reports),
        )
        return tuple(
            gr.update(choices=offer, value=[v for v in chosen or [] if v in {value for _, value in offer}])
            for offer, chosen in zip(offers, (orgs, years, ids), strict=True)
        )

    def pin(self, event: gr.EventData, orgs: list[str], years: list[int], ids: list[str]) -> tuple[Any, ...]:
        """Limit further questions to what was understood of the last: one click on it."""
        data = carried(event)
        if data.get("act") == "pin" and data.get("org"):
            orgs = [*{*(orgs or []), data["org"]}]
        elif data.get("act") == "pin" and data.get("year", "").isdecimal():
            years = [*{*(years or []), int(data["year"])}]
        return self.choices(orgs, years, ids)

    def instead(self, event: gr.EventData, limits: Sequence[Any]) -> tuple[Any, ...]:
        """The limits with the organisation or year that was meant in the place of the one understood."""
        data = carried(event)
        orgs, years, ids = (limit or [] for limit in limits)
        if data.get("org"):
            return [data["org"]], years, []
        return (orgs, [int(data["year"])], ids) if data.get("year", "").isdecimal() else (orgs, years, ids)

    def name(self, request: gr.Request, orgs: list[str], years: list[int], ids: list[str]) -> tuple[Any, Any]:
        """The filters in words, visible while they are folded away; and whether there is anything to clear."""
        say = say_for(request)
        names = {report.id: report.name for report in self.library.reports()}
        parts = [
            *(orgs or []),
            *(say("year", y=year) for year in sorted(years or [])),
            *(names.get(id_, "") for id_ in ids or []),
        ]
        label = say("scope_set", what=say("and").join(parts)) if parts else say("scope_all")
        return gr.update(label=label), gr.update(visible=bool(parts))
