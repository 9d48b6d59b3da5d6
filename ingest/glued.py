"""Line breaks that are missing: paragraphs, titles, and headings of parts that ran into the text around them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from ingest.alignment import Edit
from ingest.lines import line_spans, lines_with
from ingest.markers import marker_at
from ingest.titles import byline_end, is_date, is_signature, is_title, without_occasion

_YEAR, _YEAR_DIGITS = r"(?:19|20)\d\d年", 4
_OPENING = (
    rf"(?:一年来|今年以?来|近年来|过去一年|{_YEAR}(?:以来)?[，,是]|{_YEAR}[一-龥]{{2,12}}[，,、]"
    r"|各位[一-龥]{2,6}[：:])"
)
"""How the text below a title begins."""

_OPENS = re.compile(_OPENING)
_PLANS = r"(?:安排|思路|计划|打算|要点|设想|部署|重点工作|工作重点)"
_LEADING = re.compile(
    rf"\s*[一-龥×xX*\d]{{4,40}}?工作(?:总结|报告)(?:[及和暨与、][一-龥\d]{{0,16}}?{_PLANS})?(?=[ \t]*{_OPENING})"
)
_BEHIND_YEAR = r"年(?<=(?:19|20)\d\d年)"
_YEARLY = re.compile(
    rf"{_BEHIND_YEAR}(?:度)?[一-龥]{{0,4}}?工作总结(?:[及和暨与、](?:{_YEAR}(?:度)?)?[一-龥]{{0,6}}?{_PLANS})?(?![及和暨与、])"
)
_BODY_BEFORE = re.compile(r"[一-龥×xX*]{1,24}$")
_TITLE_BEFORE = re.compile(rf"工作(?:{_PLANS}|总结)(?=[一-龥×xX*]{{1,24}}$)")
_GOES_ON = re.compile(
    rf"[，,。、；：:！？”）)》]|汇编|选编|合集|集锦|范文|材料|[一二三四五六七八九十\d]+篇|的|{_PLANS}"
)
"""What continues the sentence or the name of a collection: no title ends before it."""

_SENTENCE_END = "。！？；;!?”\n"
_PART = re.compile(
    rf"{_BEHIND_YEAR}(?<=[。！”].{{5}})(?:主要|重点)?工作(?:回顾|总结|情况|安排|打算|思路|计划|任务)"
    rf"(?=(?:{_YEAR}|今年|过去一年|一年来)[^。]{{0,30}}[，,。])"
)
"""`…提出意见。2022年工作回顾2022年极为不易，…`."""


INDENTS = r" \t\u3000"
_GAP = re.compile(rf"[{INDENTS}][{INDENTS}]+")
"""The indent of a paragraph, also where a line break no longer stands before it."""
_FEWEST_PARAGRAPHS = 3
_OFFICE = ("长", "总理", "主席", "主任", "书记")


def _stands_within(text: str, start: int, end: int) -> bool:
    """Whether blanks stand between other characters of one line."""
    return start > 0 and end < len(text) and not text[start - 1].isspace() and not text[end].isspace()


def glued_paragraphs(text: str) -> Iterator[Edit]:
    """Breaks at the indents of a text whose paragraphs are all on one line: `…工作。　　一、转变　　去年以来，…`.

    Where at least so many indents stand behind the end of a sentence, all of them do for a break, but not the space
    between an office and the name of who holds it: `国务院总理　　某某`.
    """
    gaps = [match for match in _GAP.finditer(text) if _stands_within(text, *match.span())]
    if sum(text[match.start() - 1] in _SENTENCE_END + "：）" for match in gaps) < _FEWEST_PARAGRAPHS:
        return
    for match in gaps:
        if not text.endswith(_OFFICE, 0, match.start()):
            yield Edit(match.start(), match.end(), "\n")


_RECORD_YEAR = re.compile(r"\t(?<=(?:19|20)\d\d\t)(?<![^\n].{5})[ \t\u3000]*(?=[^\t\n]{30})")


def record_years(text: str) -> Iterable[Edit]:
    """A break behind the year in front of a record: `2021⇥各位代表：现在，…`; cells of a table are short."""
    return (Edit(*match.span(), "\n") for match in _RECORD_YEAR.finditer(text))


def glued_titles(text: str) -> Iterator[Edit]:
    """Breaks around titles that run into the text: `…迈上新台阶。某开发区2022年工作总结和2023年工作思路2022年，…`.

    A title is told by standing at the very start, before an opening formula; by standing on a line of its own too; or
    by standing in the file more than once: in the glued list of contents and before its report.
    """
    found = (
        _behind_the_first,
        _behind_known,
        _around_repeated,
        _around_parts,
        _before_salutations,
        _behind_speakers,
        _within_frames,
    )
    breaks = {offset for find in found for offset in find(text)}
    for offset in sorted(breaks):
        end = offset
        while end < len(text) and text[end] in " \t":
            end += 1
        if offset > 0 and text[offset - 1] != "\n" and end < len(text) and text[end] != "\n":
            yield Edit(offset, end, "\n")


def _behind_the_first(text: str) -> Iterator[int]:
    leading = _LEADING.match(text)
    if leading and is_title(leading[0]):
        yield leading.end()


_LONGEST_TITLE, _MOST_TITLES = 70, 50


def _behind_known(text: str) -> Iterator[int]:
    """Where a line begins with a title that is a whole line elsewhere, and goes on with text."""
    spans = line_spans(text)
    known = {line for a, b in spans if b - a <= _LONGEST_TITLE and is_title(line := text[a:b])}
    if not known or len(known) > _MOST_TITLES:
        return
    glued = re.compile("|".join(re.escape(title) for title in sorted(known, key=len, reverse=True)))
    for start, end in spans:
        while (match := glued.match(text, start, end)) and match.end() < end:
            start = match.end()
            while text[start] in " \t":
                start += 1
            follows = _OPENS.match(text, start, end) or glued.match(text, start, end) or marker_at(text, start, end)
            if not follows:
                break
            yield match.end()


def _around_repeated(text: str) -> Iterator[int]:
    spans = [span for match in _YEARLY.finditer(text) if (span := _title_around(text, match))]
    seen = Counter(text[start:end] for start, end in spans)
    for start, end in spans:
        if seen[text[start:end]] > 1 and is_title(text[start:end]) and text[end : end + 1] not in ("（", "(", "\t"):
            yield start
            yield end


def _title_around(text: str, yearly: re.Match[str]) -> tuple[int, int] | None:
    """The title that `2023年工作总结…` belongs to: with the name before it, back to the end of a sentence or title."""
    if _GOES_ON.match(text, yearly.end()):
        return None
    year = yearly.start() - _YEAR_DIGITS
    window = text[max(0, year - 40) : year]
    named = _BODY_BEFORE.search(window)
    if named is None:
        return None
    behind_title = _TITLE_BEFORE.search(window)
    start = behind_title.end() if behind_title and behind_title.end() >= named.start() else named.start()
    before = window[start - 1] if start else "\n"
    if not behind_title and before not in _SENTENCE_END:
        return None
    return year - len(window) + start, yearly.end()


_SPOKEN = re.compile(
    rf"(?:^|(?<=[。！？；”\s])|(?<=\d[、.．]))(?P<title>(?:{_YEAR}(?:度)?)?[一-龥×xX*\d]{{0,36}}?工作报告)(?=\s*各位(?:代表|委员)[：:！])"
)
_LONGEST_SPOKEN = 42
"""Characters of such a title before 工作报告."""
"""`…建设道路12公里。2023年某镇政府工作报告各位代表：`."""
_SALUTED = re.compile(r"工作报告\s*各位(?:代表|委员)[：:！]")
_NUMBER_BEFORE = re.compile(r"(?:^|[\n。！？；”])\s*(\d{1,2}[、.．])$")


def _before_salutations(text: str) -> Iterator[int]:
    """A number in front of the title stays with it, so that its line is that of a numbered piece."""
    at = 0
    for saluted in _SALUTED.finditer(text):
        match = _SPOKEN.search(text, max(at, saluted.start() - _LONGEST_SPOKEN), saluted.end())
        if match:
            numbered = _NUMBER_BEFORE.search(text[max(0, match.start() - 8) : match.start()])
            yield match.start() - len(numbered[1]) if numbered else match.start()
            at = match.end()
            yield at


_ADDRESSED = re.compile("各位")
_OCCASION_ENDS = ("会议上", "大会上")
_DATE_ENDS = tuple(f"{unit}{bracket}" for unit in "日月" for bracket in ("", "）", ")"))
_FRAME_ENDS = _OCCASION_ENDS + _DATE_ENDS
_LONGEST_FRAME, _LONGEST_SIGNATURE = 140, 60


def _behind_speakers(text: str) -> Iterator[int]:
    """`市长某某各位代表：`: the speaker's line ran into the salutation."""
    for start, end in lines_with(text, _ADDRESSED):
        if (name_end := byline_end(text[start:end])) > 0:
            yield start + name_end


def _within_frames(text: str) -> Iterator[int]:
    """Lines of the frame that ran into each other: `某年政府工作报告——某月某日在…会议上`, `某局某年某月某日`."""
    for start, end in line_spans(text):
        if end - start > _LONGEST_FRAME or not text.endswith(_FRAME_ENDS, start, end):
            continue
        line = text[start:end]
        if line.endswith(_OCCASION_ENDS):
            title = without_occasion(line)
            if len(title) < len(line) and "在" in line[len(title) :] and is_title(title):
                yield start + len(title)
        elif len(line) <= _LONGEST_SIGNATURE:
            signed = re.split("[ （(]", line, maxsplit=1)[0]
            if is_signature(signed) and is_date(line[len(signed) :]):
                yield start + len(signed)


def _around_parts(text: str) -> Iterator[int]:
    for match in _PART.finditer(text):
        yield match.start() - _YEAR_DIGITS
        yield match.end()
