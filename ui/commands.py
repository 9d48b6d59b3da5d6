"""What each command does; what needs a model, a store or a server is imported when the command runs."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import BaogaoError, FileError, NotFoundError
from rag.model import FullReport
from rag.settings import Settings
from ui import printing

if TYPE_CHECKING:
    from ingest.pipeline import Outcome
    from rag.assistant import Assistant
    from rag.evaluation import Gold, Score
    from rag.library import Library

DONE, FAILED, WRONG_USAGE = 0, 1, 2


# --- adding and removing ---


def ingest(args: Namespace, settings: Settings) -> int:
    """Add files; status 1 if one failed."""
    if args.explain:
        return _explain(args, settings)
    with _library(settings) as library:
        results = add([Path(path) for path in args.paths], library)
    failed = [result for result in results if result.status == "failed"]
    if args.json:
        printing.as_json([asdict(result) for result in results])
        for result in failed:
            printing.complain(f"{result.file}：{result.reason}")
    else:
        print(printing.outcomes(results))
    return FAILED if failed else DONE


def _explain(args: Namespace, settings: Settings) -> int:
    """Say what cleaning and splitting make of files, without adding them."""
    from ingest.explain import explain
    from ingest.readers import is_readable
    from ingest.worker import Limits, Worker

    found, status = [], DONE
    with Worker(Limits(settings.read_seconds, settings.read_megabytes)) as worker:
        for path in map(Path, args.paths):
            inside = sorted(file for file in path.rglob("*") if is_readable(file)) if path.is_dir() else []
            for file in inside or [path]:
                try:
                    found += worker.call(file.name, explain, file)
                except FileError as error:
                    printing.complain(str(error))
                    status = FAILED
    if args.json:
        printing.as_json([asdict(explanation) for explanation in found])
    elif found:
        print("\n\n".join(map(printing.explanation, found)))
    return FAILED if any(explanation.error for explanation in found) else status


def add(paths: list[Path], library: Library) -> list[Outcome]:
    """Add files and folders, with progress on the error stream."""
    from ingest import pipeline

    try:
        return pipeline.ingest(paths, library, progress=printing.progress)
    finally:
        printing.end_progress()


def remove(args: Namespace, settings: Settings) -> int:
    """Remove reports or whole files; what is not found is said, the others are removed all the same."""
    status = DONE
    with _library(settings) as library:
        for target in args.targets:
            try:
                print(f"已删除：{_remove(target, library)}")
            except BaogaoError as error:
                printing.complain(str(error))
                status = FAILED
    return status


def _remove(target: str, library: Library) -> str:
    """Remove the file, else the report, that `target` names; what was removed, for the person."""
    if any(target in (file.id, file.name) for file in library.files()):
        return f"文件 {library.remove_file(target).name} 和其中的报告"
    report = library.remove_report(target)
    return f"{report.name}（{report.file}）"


# --- asking ---


def ask(args: Namespace, settings: Settings) -> int:
    """Answer one question, or each line of a file."""
    if (args.question is None) == (args.batch is None):
        return wrong_usage("ask 要么给出一个问题，要么用 --batch FILE")
    if args.batch and args.explain:
        return wrong_usage("--explain 一次只看一个问题，不能与 --batch 同用")
    limits = {"orgs": tuple(args.org), "years": tuple(args.year)}
    if args.batch:
        lines = _lines(args.batch)
        with _assistant(settings) as assistant:
            return _ask_batch(lines, args.batch, assistant, limits)
    question, history = _readable(args.question), tuple(map(_readable, args.history))
    with _assistant(settings) as assistant:
        if args.explain:
            printing.as_json(assistant.explain(question, history), indent=2)
            return DONE
        reply = assistant.ask(question, history=history, **limits)
    if args.json:
        printing.as_json(reply.to_json())
    else:
        print(printing.reply(reply, printing.room()))
    return DONE


def _ask_batch(lines: Sequence[bytes], name: str, assistant: Assistant, limits: dict) -> int:
    """One JSON object a line; a line that cannot be read or answered is said on the error stream and left out."""
    status = DONE
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            id_, question, history = _batch_question(line)
            reply = assistant.ask(question, history=history, **limits)
        except BaogaoError as error:
            printing.complain(f"{name} 第 {number} 行：{error}")
            status = FAILED
            continue
        printing.as_json({**reply.to_json(), "id": id_})
    return status


def _batch_question(line: bytes) -> tuple[str | None, str, tuple[str, ...]]:
    """`(id, question, history)` of a line; raises BaogaoError saying what is wrong with it."""
    how = '每行写成 {"id": "1", "question": "……", "history": []}，用 UTF-8'
    try:
        fields = json.loads(line)
    except ValueError as error:
        raise BaogaoError(f"不是 JSON（{error}）", how) from error
    if not isinstance(fields, dict) or not isinstance(fields.get("question"), str):
        raise BaogaoError("没有问题（question）", how)
    history = fields.get("history") or []
    if not isinstance(history, list) or not all(isinstance(question, str) for question in history):
        raise BaogaoError("history 不是问题的列表", how)
    return fields.get("id"), _readable(fields["question"]), tuple(map(_readable, history))


def _readable(question: str) -> str:
    """The question, if it can be one; lone surrogates come from arguments or escapes that are not UTF-8."""
    if not question.strip():
        raise BaogaoError("问题是空的", "写出要问的内容")
    if any("\ud800" <= char <= "\udfff" for char in question):
        raise BaogaoError("问题里有无法识别的字符", "用 UTF-8 输入")
    return question


def evaluate(args: Namespace, settings: Settings) -> int:
    """Ask every question of a gold file and measure the answers."""
    from rag import evaluation

    questions = evaluation.read_gold(_lines(args.gold), args.gold)
    with _assistant(settings) as assistant:
        scores = [evaluation.score(q, assistant.ask(q.question, history=q.history)) for q in questions]
        baseline = _baseline(questions, assistant.library) if args.baseline else []
    if args.json:
        measures = _measures(scores)
        printing.as_json({**measures, "baseline": _measures(baseline)} if baseline else measures)
        return DONE
    print(printing.evaluation(scores))
    if baseline:
        print(f"\n{printing.comparison(scores, baseline)}")
    wrong = [question for question, score in zip(questions, scores, strict=True) if not score.correct]
    if wrong:
        print(f"\n没有答对的 {len(wrong)} 题：")
        for question in wrong:
            print(f"  {question.id}  {question.question}")
    return DONE


def _baseline(questions: Sequence[Gold], library: Library) -> list[Score]:
    from rag import evaluation
    from rag.baseline import Baseline

    baseline = Baseline(library)
    return [evaluation.score(question, baseline.ask(question.question)) for question in questions]


def _measures(scores: Sequence[Score]) -> dict[str, Any]:
    from rag import evaluation

    return {**evaluation.summary(scores), "by_type": evaluation.by_type(scores)}


# --- looking ---


def reports(args: Namespace, settings: Settings) -> int:
    """List the reports."""
    with _library(settings) as library:
        rows = [_report_json(library.report(report.id), library) for report in library.reports()]
    if args.json:
        printing.as_json(rows)
    elif rows:
        print(printing.reports(rows, printing.room()))
    else:
        print("资料库里还没有报告。用 baogao ingest 文件或文件夹 添加")
    return DONE


def show(args: Namespace, settings: Settings) -> int:
    """Print a report's outline, or the text of one section."""
    with _library(settings) as library:
        full = library.report(args.report)
        summary = _report_json(full, library)
    if args.section is not None and args.section >= len(full.sections):
        raise NotFoundError(f"{full.report.name} 没有第 {args.section} 节", f"节号是 0 到 {len(full.sections) - 1}")
    if args.section is None:
        if args.json:
            printing.as_json({**summary, "outline": [_section_json(full, s.number) for s in full.sections]})
        else:
            print(printing.outline(full))
    elif args.json:
        printing.as_json({**_section_json(full, args.section), "text": full.section_text(args.section)})
    else:
        print(full.section_text(args.section).strip())
    return DONE


def feedback(args: Namespace, settings: Settings) -> int:
    """Print what people thought of the answers; may run beside the chat, which is what collects it."""
    from rag.records import Records

    path = settings.home / "library.sqlite"
    records = Records(path, settings.database_url) if settings.database_url or path.is_file() else None
    found = records.feedback() if records else []
    if args.json:
        printing.as_json([asdict(feedback) for feedback in found])
    else:
        print(printing.feedback(found) or "还没有人评价过回答")
    return DONE


# --- shared ---


@contextmanager
def _library(settings: Settings) -> Iterator[Library]:
    from rag.library import Library

    with Library.open(settings) as library:
        yield library


@contextmanager
def _assistant(settings: Settings) -> Iterator[Assistant]:
    from rag.assistant import Assistant

    with _library(settings) as library:
        yield Assistant(library, settings)


def _lines(name: str) -> list[bytes]:
    """The lines of a file, or of the standard input for `-`; raises FileError where it cannot be read."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise FileError(f"读不了 {name}（{error.strerror}）", "检查文件名和读取权限") from error
    return data.splitlines()


def _report_json(full: FullReport, library: Library) -> dict[str, Any]:
    report = full.report
    return {
        "id": report.id,
        "file": report.file,
        "title": report.name,
        "org": report.org,
        "years": report.years,
        "date": report.date,
        "sections": len(full.sections),
        "chunks": library.chunk_count([report.id]),
        "characters": report.characters,
    }


def _section_json(full: FullReport, number: int) -> dict[str, Any]:
    section = full.sections[number]
    return {
        "section": number,
        "level": section.level,
        "heading": section.heading,
        "heading_path": full.heading_path(number),
        "kind": section.kind,
        "characters": section.end - section.start,
    }


def wrong_usage(message: str) -> int:
    """Say in one line what cannot be; the status for it."""
    printing.complain(f"用法不对：{message}")
    return WRONG_USAGE
