"""The whole OpenAPI document against a real server: whatever is sent, no failure and no answer that the document doesn't name.

The long form is `python -m bench.fuzz`.
"""

from pathlib import Path

from bench.fuzz import both


def test_no_call_fails_or_answers_otherwise_than_documented(tmp_path: Path) -> None:
    found = both(tmp_path, 150)
    assert found.faults == {}
    assert not [status for status in found.statuses if status.rsplit(" ", 1)[-1].startswith("5")]
    assert sum(found.cases.values()) >= 100
