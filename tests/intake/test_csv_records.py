"""Cutting CSV into records: the fast way, the slow way and Python's own csv agree; every row is in or rejected."""

import csv
import io
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.lines import Lines, split_lines
from intake.records import Dialect, Records, _at_once, _one_by_one, split_records  # pyright: ignore[reportPrivateUsage]  # both ways, held to each other

THREE = Dialect(b",", 3)
WILD = st.text(alphabet='ab",\n\r;é \x00', max_size=60)
CELL = st.text(alphabet='ab",\n é;', max_size=6)


def rows(records: Records) -> list[tuple[str, ...]]:
    return [tuple(cell or "" for cell in row) for row in records.frame.rows()]


@settings(max_examples=1500)
@given(WILD)
def test_both_ways_of_cutting_have_one_outcome(text: str) -> None:
    data = text.encode()
    fast = _at_once(data, 1, THREE, last=False)
    slow = _one_by_one(data, 1, THREE, last=False)
    if fast is not None:
        assert rows(fast) == rows(slow)
        assert fast.lines.tolist() == slow.lines.tolist()
        assert fast.rejections == slow.rejections
        assert fast.rest == slow.rest


@settings(max_examples=500)
@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_what_pythons_csv_writes_is_read_back_with_its_lines(table: list[tuple[str, str, str]], ending: str) -> None:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator=ending)
    lines: list[int] = []
    for row in table:
        lines.append(file.getvalue().count("\n") + 1)
        writer.writerow(row)
    found = split_records(file.getvalue().encode(), 1, THREE, last=True)
    assert rows(found) == table
    assert found.lines.tolist() == lines
    assert not found.rejections
    assert not found.rest


@settings(max_examples=500)
@given(WILD, st.lists(st.integers(0, 60), max_size=4))
def test_where_a_stream_is_cut_makes_no_difference(text: str, cuts: list[int]) -> None:
    data = text.encode()
    borders = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    pieces = [data[a:b] for a, b in itertools.pairwise(borders)]
    whole = split_records(data, 1, THREE, last=True)
    good: list[tuple[str, ...]] = []
    lines: list[int] = []
    bad: list[int] = []
    rest, first = b"", 1
    for block in [*split_lines(pieces, block=1), Lines(b"", 0)]:
        last = block.first == 0
        found = split_records(rest + block.text, first, THREE, last=last)
        good += rows(found)
        lines += found.lines.tolist()
        bad += [rejection.line for rejection in found.rejections]
        rest = found.rest
        first = (first if last else block.after) - rest.count(b"\n")
    assert good == rows(whole)
    assert lines == whole.lines.tolist()
    assert bad == [rejection.line for rejection in whole.rejections]


def test_a_stray_quote_costs_its_own_line_only() -> None:
    found = split_records(b'a,"b,c\nd,e,f\ng,h,i\n', 1, THREE, last=True)
    assert rows(found) == [("d", "e", "f"), ("g", "h", "i")]
    assert [(r.line, r.code) for r in found.rejections] == [(1, "unclosed_quote")]


def test_an_inch_sign_within_a_cell_is_just_a_sign() -> None:
    assert rows(split_records(b'a,5" disk,c\n', 1, THREE, last=True)) == [("a", '5" disk', "c")]


def test_lines_are_counted_through_quoted_newlines() -> None:
    found = split_records(b'a,"x\ny\nz",c\nd,e\ng,h,i\n', 10, THREE, last=True)
    assert found.lines.tolist() == [10, 14]
    assert [(r.line, r.message) for r in found.rejections] == [(13, "2 columns where the header has 3")]
