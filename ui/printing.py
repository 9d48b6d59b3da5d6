"""How replies, reports, outlines and results look in a terminal."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rag.evaluation import Score, by_type, summary
from rag.model import Citation, Feedback, FullReport, Kind, Reply, Section
from ui.tables import cut, table, wrap

if TYPE_CHECKING:
    from ingest.explain import Explanation
    from ingest.pipeline import Outcome, Progress

KINDS = {
    Kind.SUMMARY: "总结",
    Kind.HIGHLIGHT: "亮点",
    Kind.PROBLEM: "问题",
    Kind.PLAN: "打算",
    Kind.SUGGESTION: "建议",
    Kind.OTHER: "其他",
}
STATUSES = {"added": "已添加", "unchanged": "无变化", "replaced": "已更新", "skipped": "已跳过", "failed": "失败"}
MEASURES = {
    "correct": "正确",
    "facts": "要点",
    "evidence": "出处",
    "source": "文件",
    "cited": "有引用",
    "supported": "有依据",
    "false_refusals": "误拒答",
    "true_refusals": "该拒答",
    "dangling": "空引用",
}
EXCERPT_LINES = 3
EMPHASIS = re.compile(r"\*\*(.+?)\*\*")
FILE_COLUMNS = 60


def room() -> int:
    """Columns of the terminal, at most 120; 0 (no limit) where the output goes elsewhere."""
    return min(shutil.get_terminal_size().columns, 120) if sys.stdout.isatty() else 0


def reply(answer: Reply, columns: int) -> str:
    """The answer, then each citation with its place and the beginning of its excerpt.

    In a terminal (`columns` > 0) what the answer emphasises is bold; elsewhere the Markdown stays.
    """
    text = answer.answer.strip()
    if columns:
        text = EMPHASIS.sub("\x1b[1m\\1\x1b[0m", text)
    blocks = [text]
    if answer.citations:
        blocks.append("引用")
        before = [None, *answer.citations]
        blocks.extend(_citation(c, columns, earlier) for c, earlier in zip(answer.citations, before, strict=False))
    return "\n\n".join(blocks)


def reports(rows: Sequence[Mapping[str, Any]], columns: int) -> str:
    """A table of reports, given as the JSON of `baogao reports` has them."""
    head = ("编号", "文件", "标题", "单位", "年份", "日期", "节", "片段", "字数")
    rest = ("date", "sections", "chunks", "characters")
    cells = [
        (r["id"], r["file"], r["title"], r["org"] or "未注明", years(r["years"]), *(r[key] for key in rest))
        for r in rows
    ]
    return table(head, cells, columns=columns, right=(6, 7, 8))


def feedback(found: Sequence[Feedback]) -> str:
    """For each answer that was judged: when, how, in what words; the question and the beginning of the answer."""
    return "\n\n".join(
        f"{f.time[:16].replace('T', ' ')}  {'有用' if f.useful else '没用'}{f'：{f.comment}' if f.comment else ''}\n"
        f"  问：{f.question}\n  答：{cut(f.answer, FILE_COLUMNS)}"
        for f in found
    )


def outline(full: FullReport) -> str:
    """Title lines, then the outline as a tree: number of the section, kind, characters, heading."""
    report = full.report
    facts = [report.org or "单位未注明", years(report.years) or "年份未注明", report.date, f"{report.characters} 字"]
    if report.masked:
        facts.append(f"隐去数字 {report.masked} 处")
    head = [report.name, " · ".join(fact for fact in facts if fact), f"编号 {report.id} · 文件 {report.file}"]
    rows = [(s.number, KINDS[s.kind], s.end - s.start, "    " * s.level + _heading(s)) for s in full.sections]
    lines = [f"{number:>4}  {kind}  {size:>6} 字  {heading}" for number, kind, size, heading in rows]
    return "\n".join([*head, "", *lines])


def outcomes(results: Sequence[Outcome]) -> str:
    """A table of what became of each file; reasons are never cut short."""
    cells = [(STATUSES[r.status], cut(r.file, FILE_COLUMNS), r.reports or "", r.reason) for r in results]
    return table(("结果", "文件", "报告", "说明"), cells, right=(2,))


def explanation(found: Explanation) -> str:
    """What cleaning made of a file: each rule with its first places, then the reports that came out."""
    if found.error:
        return f"{found.file}：{found.error}"
    lines = [f"{found.file}（{found.encoding}）：读出 {found.characters} 字，清洗后 {found.kept} 字"]
    for use in found.rules:
        change = f"去掉 {use.removed} 字" if use.removed >= 0 else f"增加 {-use.removed} 字"
        lines.append(f"  {use.rule}：{use.times} 处，{change}")
        lines += [f"    {sample}" for sample in use.samples]
    lines.append(f"  拆分出 {len(found.reports)} 份报告")
    lines += [f"    {title or '（无标题）'}（{size} 字）" for title, size in found.reports]
    return "\n".join(lines)


def evaluation(scores: Sequence[Score]) -> str:
    """Measures by type of question, and over all."""
    rows = [*by_type(scores).items(), ("全部", summary(scores))]
    cells = [(name, row["n"], *(_figure(row[key]) for key in MEASURES)) for name, row in rows]
    return table(("类型", "题数", *MEASURES.values()), cells, right=range(1, len(MEASURES) + 2))


def comparison(scores: Sequence[Score], baseline: Sequence[Score]) -> str:
    """Right answers, facts and evidence by type of question, each beside the baseline's."""
    ours, theirs = ({**by_type(s), "全部": summary(s)} for s in (scores, baseline))
    shown = ("correct", "facts", "evidence")
    heads = [head for key in shown for head in (MEASURES[key], "对照")]
    cells = [
        (name, row["n"], *(_figure(side[key]) for key in shown for side in (row, theirs[name])))
        for name, row in ours.items()
    ]
    return table(("类型", "题数", *heads), cells, right=range(1, len(heads) + 2))


def facts(rows: Mapping[str, object]) -> str:
    """Names and values, one a line, aligned."""
    return table(("项目", "情况"), list(rows.items()))


def progress(state: Progress) -> None:
    """Show how far a file has come."""
    step(f"{state.file}：{state.stage}", state.done, state.total)


def step(what: str, done: int, total: int) -> None:
    """Show how far something has come, in place on the error stream; nothing where that is not a terminal."""
    if sys.stderr.isatty():
        count = f" {done}/{total}" if total else ""
        line = cut(what + count, shutil.get_terminal_size().columns - 1)
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)


def end_progress() -> None:
    """Clear the line that `step` writes on."""
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def as_json(value: Any, *, indent: int | None = None) -> None:
    """Print a value as JSON, on one line unless `indent` is given."""
    print(json.dumps(value, ensure_ascii=False, indent=indent), flush=True)


def complain(message: str) -> None:
    """Print a line on the error stream."""
    print(message, file=sys.stderr, flush=True)


def years(values: Sequence[int]) -> str:
    """`2023、2024`."""
    return "、".join(str(year) for year in values)


def _citation(citation: Citation, columns: int, earlier: Citation | None) -> str:
    """One citation; the report and its file are named where they are not those of the citation before."""
    place = " › ".join(citation.heading_path) or "（全文）"
    place += f"（第 {citation.page} 页）" if citation.page else ""
    number = f"[{citation.n}] "
    indent = " " * len(number)
    if earlier and earlier.report_id == citation.report_id:
        head = [number + place]
    else:
        about = "，".join(filter(None, [citation.org, years(citation.years)]))
        head = [f"{number}{citation.report}{f'（{about}）' if about else ''}", f"{indent}{citation.file} › {place}"]
    room = (columns or 100) - len(indent)
    lines = wrap(citation.excerpt, room)
    if len(lines) > EXCERPT_LINES:
        lines = [*lines[: EXCERPT_LINES - 1], cut(lines[EXCERPT_LINES - 1] + lines[EXCERPT_LINES], room)]
    return "\n".join([*head, *(indent + line for line in lines)])


def _heading(section: Section) -> str:
    return section.heading or "（开头）"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
