"""Text that remembers where its characters came from."""

import re

from hypothesis import given
from hypothesis import strategies as st

from ingest.alignment import AlignedText, Edit, first_from, original_span
from ingest.lines import line_spans, lines_with, whole_line

SOURCE = "区交通##x##局D委"


@st.composite
def rewrites(draw: st.DrawFn) -> tuple[str, list[list[Edit]]]:
    """A text and rounds of edits to it, each round ascending."""
    text = draw(st.text("区交通局\n。12", min_size=1, max_size=30))
    rounds, length = [], len(text)
    for _ in range(draw(st.integers(0, 3))):
        cuts = sorted(draw(st.lists(st.integers(0, length), max_size=6)))
        pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
        edits = [Edit(a, b, draw(st.text("党，", max_size=3))) for a, b in pairs]
        rounds.append(edits)
        length += sum(len(e.new) - (e.end - e.start) for e in edits)
    return text, rounds


def by_character(text: str, origin: list[int], edits: list[Edit]) -> tuple[str, list[int]]:
    """The same by the plainest means: one offset per character."""
    parts, offsets, at = [], [], 0
    for edit in edits:
        if edit.start < at:
            continue
        parts += [text[at : edit.start], edit.new]
        offsets += origin[at : edit.start]
        if len(edit.new) == edit.end - edit.start:
            offsets += origin[edit.start : edit.end]
        else:
            offsets += [origin[edit.start] if edit.start < len(origin) else origin[-1] + 1] * len(edit.new)
        at = edit.end
    return "".join([*parts, text[at:]]), offsets + origin[at:]


def test_deletions_and_replacements_are_remembered() -> None:
    aligned = AlignedText(SOURCE).edited([Edit(3, 8), Edit(9, 10, "党")])
    assert aligned.text == "区交通局党委"
    assert original_span(aligned.runs, 3, 5) == (8, 10)
    assert SOURCE[slice(*original_span(aligned.runs, 2, 4))] == "通##x##局"


def test_a_part_maps_to_the_same_original() -> None:
    aligned = AlignedText(SOURCE).edited([Edit(3, 8)])
    part = aligned.part(2, 5)
    assert part.text == "通局D"
    assert original_span(part.runs, 1, 3) == (8, 10)


def test_an_edit_that_overlaps_the_one_before_is_passed_over() -> None:
    assert AlignedText("abcd").edited([Edit(0, 2), Edit(1, 3)]).text == "cd"


def test_of_an_empty_span_nothing_is_looked_up() -> None:
    assert original_span((), 3, 3) == (3, 3)


@given(rewrites())
def test_runs_say_the_same_as_an_offset_for_each_character(rewrite: tuple[str, list[list[Edit]]]) -> None:
    text, rounds = rewrite
    aligned, plain, origin = AlignedText(text), text, list(range(len(text)))
    for edits in rounds:
        if not plain:
            break
        aligned = aligned.edited(edits)
        plain, origin = by_character(plain, origin, edits)
    assert aligned.text == plain
    assert [original_span(aligned.runs, i, i + 1)[0] for i in range(len(plain))] == origin
    for sought in range(len(text)) if origin else ():
        expected = next((i for i, came_from in enumerate(origin) if came_from >= sought), len(plain))
        assert min(first_from(aligned.runs, sought), len(plain)) == expected


@given(st.text("ab \n\t", max_size=40))
def test_lines_are_those_that_are_not_blank(text: str) -> None:
    found = [text[a:b] for a, b in line_spans(text)]
    assert found == [line.strip() for line in text.split("\n") if line.strip()]
    for span in line_spans(text):
        start, end = whole_line(text, span)
        assert text[start:end].strip() == text[slice(*span)]
        assert start == 0 or text[start - 1] == "\n"


@given(st.text("ab \n\t", max_size=40))
def test_lines_with_a_word_are_those_that_have_it(text: str) -> None:
    for pattern in (re.compile("a"), re.compile("[ \t]"), re.compile("ab|b")):
        expected = [span for span in line_spans(text) if pattern.search(text[slice(*whole_line(text, span))])]
        assert list(lines_with(text, pattern)) == expected
