"""Everything on record goes out into a file and into another store."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

Command = Callable[..., Any]


def roots(rootid: Command, folder: Path, *store: str) -> list[Any]:
    assert rootid(*store, "export", "roots", "--out", "roots.ndjson").exit_code == 0
    return [json.loads(line) for line in (folder / "roots.ndjson").read_text().splitlines()]


def test_what_was_moved_answers_as_before_in_the_other_store(filled: Command, folder: Path) -> None:
    before = roots(filled, folder)
    assert filled("move", "out", "all.ndjson.gz").exit_code == 0
    shutil.copy(next(folder.rglob("*.key")), folder / "other.db.key")
    moved = filled("--store", "sqlite:///other.db", "move", "in", "all.ndjson.gz")
    assert moved.exit_code == 0, moved.stderr
    assert before
    assert roots(filled, folder, "--store", "sqlite:///other.db") == before


def test_a_store_that_holds_something_takes_nothing_in(filled: Command) -> None:
    assert filled("move", "out", "all.ndjson.gz").exit_code == 0
    again = filled("move", "in", "all.ndjson.gz")
    assert again.exit_code == 2
    assert again.stderr.count("\n") == 1


def test_half_a_file_is_told_in_one_line(filled: Command, folder: Path) -> None:
    assert filled("move", "out", "all.ndjson.gz").exit_code == 0
    whole = (folder / "all.ndjson.gz").read_bytes()
    (folder / "half.gz").write_bytes(whole[: len(whole) // 2])
    found = filled("--store", "sqlite:///other.db", "move", "in", "half.gz")
    assert found.exit_code == 2
    assert found.stderr.startswith("rootid: half.gz: can't be read")
