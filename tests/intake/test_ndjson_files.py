"""NDJSON: one event a line."""

from collections.abc import Callable
from typing import Any

from graph import instants

Read = Callable[..., Any]
AT = instants.parse("2026-03-01T08:00:00Z")
SEE = '{"at": "2026-03-01T08:00:00Z", "see": ["phone:13800000001", "openid@wxA:o1"]}\n'


def test_sightings_become_a_table(reading: Read) -> None:
    text = SEE + '\n{"at": 1772352000, "see": ["phone:1"], "source": "shop", "event_id": 7, "weight": 0.5, "session": "s"}\n'
    first = (1, AT, "a.ndjson", {"weight": 1.0, "see": ["phone:13800000001", "openid@wxA:o1"]})
    second = (3, AT, "shop", {"event_id": "7", "session": "s", "weight": 0.5, "see": ["phone:1"]})
    assert reading(text, "a.ndjson").seen == [first, second]


def test_other_verbs_stay_in_their_order_among_the_sightings(reading: Read) -> None:
    text = SEE + '{"at": 1772352000, "erase": "phone:13800000001"}\n' + SEE
    found = reading(text, "a.jsonl.gz")
    assert [(line, event.verb, event.source) for line, event in found.events] == [
        (1, "see", "a.jsonl"),
        (2, "erase", None),
        (3, "see", "a.jsonl"),
    ]


def test_the_content_tells_the_format_where_the_name_does_not(reading: Read) -> None:
    assert len(reading(SEE, "events.txt").seen) == 1


def test_bad_lines_are_rejected_with_their_reason(reading: Read) -> None:
    text = (
        b'{"at": 1772352000, "see": ["phone:1"]\n'
        b'{"at": 1772352000, "see": ["phone:1"], "colour": "red"}\n'
        b'{"see": ["phone:1"]}\n'
        b'{"at": "soon", "see": ["phone:1"]}\n'
        b'{"at": 1772352000, "see": ["13800009999"]}\n'
        b'{"at": 1772352000}\n'
        b'{"at": 1772352000, "see": ["name:\xff"]}\n'
        b"[1]\n"
        b'{"at": 1772352000, "see": ["phone:1"], "weight": -1}\n'
    )
    found = reading(text, "a.ndjson")
    assert not found.seen
    assert [(r.line, r.code) for r in found.bad] == [
        (1, "invalid_event"),
        (2, "invalid_event"),
        (3, "missing_time"),
        (4, "invalid_time"),
        (5, "invalid_identifier"),
        (6, "invalid_event"),
        (7, "wrong_encoding"),
        (8, "invalid_event"),
        (9, "invalid_event"),
    ]
    assert found.bad[1].message == "unknown key 'colour'"
    assert found.bad[3].message == "at: not a time: use ISO 8601 (2026-03-01T08:00:00Z) or Unix seconds"
    assert "13800009999" not in " ".join(r.message for r in found.bad)


def test_a_line_too_long_is_rejected_with_its_number(reading: Read) -> None:
    found = reading(SEE + "{" + "x" * (1 << 20) + "\n" + SEE, "a.ndjson")
    assert ([line for line, *_ in found.seen], found.problems) == ([1, 3], [(2, "line_too_long")])


def test_a_json_array_and_a_mapping_are_refused(reading: Read) -> None:
    assert reading("[{}]", "a.json").failure == "DIR/a.json: a JSON array; write one object a line (NDJSON)"
    text = "DIR/a.ndjson: --map is for files with columns; NDJSON names its identifiers itself"
    assert reading(SEE, "a.ndjson", mapping=["a=b"]).failure == text
