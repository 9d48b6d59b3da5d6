"""The tab of the library: adding files with progress, and the list of reports. Needs gradio at import."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import gradio as gr

from ingest.pipeline import Outcome, Progress
from rag.errors import BaogaoError
from rag.model import Feedback, FullReport, Report, SourceFile
from ui.listing import findable, finished, glance, listing, opinions, under_way
from ui.permission import may_edit, must_edit
from ui.session import QUICK, Updates, carried, say_for
from ui.texts import Say

log = logging.getLogger(__name__)

EVERY = 0.2
"""Seconds between two looks at an ingest under way."""
MEGABYTES = 50
"""Largest file that is taken."""
MOST = 100
"""Files that are taken at once."""
SORTS = ("org", "year", "title", "sections", "added")


class Library(Protocol):
    """What is asked of the library here."""

    def reports(self) -> list[Report]: ...
    def report(self, id: str, /) -> FullReport: ...
    def files(self) -> list[SourceFile]: ...
    def feedback(self) -> list[Feedback]: ...


Ingest = Callable[[Sequence[Path], Callable[[Progress], None]], list[Outcome]]
News = queue.SimpleQueue[Progress | list[Outcome]]


class Shelf:
    """Components made where this is called, inside a `gr.Blocks`."""

    def __init__(
        self, library: Library, ingest: Ingest, i18n: gr.I18n, script: str, samples: Collection[str] = ()
    ) -> None:
        self.library = library
        self.samples = samples
        self.ingest = ingest
        self._one_at_a_time = threading.Lock()
        self._counts: dict[str, int] = {}
        self.files = gr.File(file_count="multiple", label=i18n("add"), elem_id="bg-upload", height=140)
        self.outcomes = gr.State([])
        self.status = gr.HTML(elem_id="bg-status")
        self.holds = gr.HTML(elem_id="bg-holds", js_on_load=script)
        with gr.Row(elem_id="bg-find"):
            self.search = gr.Textbox(label=i18n("search"), placeholder=i18n("search_hint"), max_lines=1, min_width=140)
            self.sort = gr.Dropdown(
                [(str(i18n(f"sort_{name}")), name) for name in SORTS],
                value="org",
                label=i18n("sort"),
                min_width=140,
                filterable=False,
            )
        self.list = gr.HTML(elem_id="bg-list", js_on_load=script)
        with gr.Accordion(i18n("opinions"), open=False, elem_id="bg-opinions") as self.opinions:
            self.said = gr.HTML()

    def wire(self, refresh: dict[str, Any]) -> None:
        """Connect the components; `refresh` is what follows when the library has changed."""
        finding = [self.search, self.sort]
        self.files.upload(
            self.add,
            [self.files, self.outcomes],
            [self.files, self.status, self.outcomes],
            concurrency_id="ingest",
            concurrency_limit=1,
            trigger_mode="multiple",
            show_progress="hidden",
            api_visibility="private",
        ).then(**refresh)
        # Not `input`: gradio's text box sends that from the key press, which an input method for Chinese never makes.
        gr.on([self.search.change, self.sort.change], self.rows, finding, self.list, **QUICK)
        self.holds.click(self.find, None, self.search, **QUICK)
        self.opinions.expand(self.tell, None, self.said, **QUICK)

    def add(self, request: gr.Request, paths: list[str] | None, before: list[Outcome]) -> Iterator[Updates]:
        """Ingest the uploaded files, showing where each one is; what failed before stays on the screen."""
        must_edit(request, "add")
        say = say_for(request)
        if len(paths or []) > MOST:
            raise gr.Error(say("too_many", n=MOST), title=say("trouble"), print_exception=False)
        files = [Path(path) for path in paths or []]
        names = [file.name for file in files]
        large = [file for file in files if file.stat().st_size > MEGABYTES * 2**20]
        failed = [outcome for outcome in before if outcome.status == "failed" and outcome.file not in names]
        news: News = queue.SimpleQueue()
        threading.Thread(target=self._work, args=(files, large, news), daemon=True).start()
        latest: dict[str, Progress] = {}
        item: Progress | list[Outcome] | None = None
        while not isinstance(item, list):
            yield {self.files: None, self.status: under_way(names, latest, say)}
            item = _newest(news, latest)
        failed += [Outcome(file.name, "failed", reason=say("too_large", n=MEGABYTES)) for file in large]
        outcomes = [*failed, *item]
        yield {self.status: finished(outcomes, say), self.outcomes: outcomes}

    def _work(self, files: list[Path], large: list[Path], news: News) -> None:
        """Ingest in a thread, to the end even if the visitor leaves; then delete the uploaded copies."""
        try:
            with self._one_at_a_time:
                outcomes = self.ingest([file for file in files if file not in large], news.put)
        except BaogaoError as error:
            outcomes = [Outcome(file.name, "failed", reason=str(error)) for file in files]
        except Exception as error:
            log.exception("ingest failed")
            outcomes = [Outcome(file.name, "failed", reason=type(error).__name__) for file in files]
        for file in files:
            file.unlink(missing_ok=True)
        news.put(outcomes)

    def show(self, request: gr.Request, words: str, sort: str) -> tuple[str, str]:
        """What the library holds at a glance, and its reports."""
        say = say_for(request)
        return glance(self.library.reports(), say), self._rows(words, sort, say)

    def rows(self, request: gr.Request, words: str, sort: str) -> str:
        """The reports that fit the words."""
        return self._rows(words, sort, say_for(request))

    def find(self, event: gr.EventData) -> Any:
        """Search for the organisation and year of a cell of the overview."""
        return carried(event).get("words", "") if carried(event).get("act") == "find" else gr.skip()

    def tell(self, request: gr.Request) -> str:
        """What people thought of answers: for editors only."""
        return opinions(self.library.feedback(), say_for(request)) if may_edit(request) else ""

    def _rows(self, words: str, sort: str, say: Say) -> str:
        added = {file.id: file.added for file in self.library.files()} if sort == "added" else {}
        keys: dict[str, Callable[[Report], Any]] = {
            "org": lambda r: (r.org == "", r.org, [-year for year in r.years]),
            "year": lambda r: [-year for year in r.years[:1]] or [0],
            "title": lambda r: r.title,
            "sections": lambda r: -self._sections(r),
            "added": lambda r: added.get(r.file_id, ""),
        }
        reports = [r for r in self.library.reports() if all(word in findable(r) for word in (words or "").split())]
        reports.sort(key=keys.get(sort, keys["org"]), reverse=sort == "added")
        return listing([(report, self._sections(report)) for report in reports], say, self.samples)

    def _sections(self, report: Report) -> int:
        if report.id not in self._counts:
            self._counts[report.id] = len(self.library.report(report.id).sections) - 1
        return self._counts[report.id]


def _newest(news: News, latest: dict[str, Progress]) -> Progress | list[Outcome] | None:
    """The last of what has happened since the last look, noted in `latest`; waits up to `EVERY` for the first."""
    item: Progress | list[Outcome] | None = None
    try:
        item = news.get(timeout=EVERY)
        while isinstance(item, Progress):
            latest[item.file] = item
            item = news.get_nowait()
    except queue.Empty:
        pass
    return item
