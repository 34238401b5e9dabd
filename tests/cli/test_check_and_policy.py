"""`rootid check` and `rootid policy`: exact lines, exit codes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

Command = Callable[..., Any]

STORY = """\
id: {id}
title: two names of one person
policy: {{namespaces: {{phone: {{}}, email: {{}}}}}}
events:
  - {{at: 1, see: ["phone:1", "email:a"]}}
expect:
  groups: {groups}
"""


def test_a_story_that_holds_is_ok(rootid: Command, folder: Path) -> None:
    (folder / "a.yaml").write_text(STORY.format(id="T01", groups='[["phone:1", "email:a"]]'))
    found = rootid("check", "a.yaml")
    assert (found.exit_code, found.stdout) == (0, "ok T01 two names of one person\n1 passed, 0 failed\n")


def test_a_folder_is_all_stories_in_it(rootid: Command, folder: Path) -> None:
    (folder / "stories").mkdir()
    for name in ("b", "a"):
        (folder / f"stories/{name}.yaml").write_text(STORY.format(id=name, groups='[["phone:1", "email:a"]]'))
    said = "ok a two names of one person\nok b two names of one person\n2 passed, 0 failed\n"
    assert rootid("check", "stories").stdout == said


def test_a_story_that_does_not_hold_says_what_was_expected_and_got(rootid: Command, folder: Path) -> None:
    good, bad = (
        STORY.format(id="T01", groups='[["phone:1", "email:a"]]'),
        STORY.format(id="T02", groups='[["phone:1"], ["email:a"]]'),
    )
    (folder / "a.yaml").write_text(f"{good}---\n{bad}")
    found = rootid("check", "a.yaml")
    first, second, last = found.stdout.splitlines()
    assert found.exit_code == 1
    assert first == "ok T01 two names of one person"
    assert second.startswith("FAILED T02 two names of one person: groups: expected ")
    assert ", got " in second
    assert last == "1 passed, 1 failed"


def test_a_file_that_can_not_be_read_is_exit_code_2_and_the_others_are_played(rootid: Command, folder: Path) -> None:
    (folder / "a.yaml").write_text(STORY.format(id="T01", groups='[["phone:1", "email:a"]]'))
    (folder / "b.yaml").write_text(STORY.format(id="T01", groups="[]") + "colour: red\n")
    found = rootid("check", "none.yaml", "b.yaml", "a.yaml")
    assert found.exit_code == 2
    assert found.stdout.splitlines()[-1] == "1 passed, 0 failed"
    assert found.stderr.splitlines() == [
        "rootid: none.yaml: can't be read (No such file or directory)",
        "rootid: b.yaml: T01: colour: unknown key",
    ]


@pytest.mark.parametrize("store", ["sqlite:///one.db", None])
def test_stories_play_on_a_fresh_store_or_on_the_one_named(rootid: Command, folder: Path, store: str | None) -> None:
    (folder / "a.yaml").write_text(STORY.format(id="T01", groups='[["phone:1", "email:a"]]'))
    assert rootid("check", "a.yaml", *(["--store", store] if store else [])).exit_code == 0
    assert (folder / "one.db").exists() == (store is not None)


def test_a_policy_is_checked_with_a_line_for_each_problem(rootid: Command, folder: Path) -> None:
    (folder / "p.yaml").write_text("namespaces:\n  phone: {colour: red, rank: 0}\n")
    found = rootid("policy", "check", "p.yaml")
    assert found.exit_code == 1
    assert sorted(line.split(": ")[1] for line in found.stdout.splitlines()) == [
        "namespaces.phone.colour",
        "namespaces.phone.rank",
    ]
    assert rootid("policy", "check", "none.yaml").stdout == "none.yaml: can't be read (No such file or directory)\n"


def test_an_import_under_a_bad_policy_names_file_and_key(rootid: Command, folder: Path) -> None:
    (folder / "p.yaml").write_text("namespaces: {phone: {colour: red}}\n")
    found = rootid("--policy", "p.yaml", "import", "a.csv")
    assert (found.exit_code, found.stderr) == (2, "rootid: p.yaml: namespaces.phone.colour: unknown key\n")


def test_a_policy_that_is_hardly_meant_is_warned_of(rootid: Command, folder: Path) -> None:
    (folder / "p.yaml").write_text("namespaces:\n  phone: {}\n  cookie: {kind: device}\n")
    found = rootid("policy", "check", "p.yaml")
    assert found.exit_code == 0
    assert "p.yaml: warning: no person namespace is unique: a shared device can never be seen" in found.stdout


def test_the_policy_shown_can_be_used_as_a_file_and_is_the_same(filled: Command, folder: Path) -> None:
    first = filled("policy", "show").stdout
    assert yaml.safe_load(first)["namespaces"]["cookie"]["max_age"] == "90d"
    (folder / "copy.yaml").write_text(first)
    assert filled("--policy", "copy.yaml", "policy", "show").stdout == first


def test_another_policy_than_on_record_is_refused(filled: Command, folder: Path) -> None:
    (folder / "p.yaml").write_text("namespaces: {phone: {}}\n")
    found = filled("--policy", "p.yaml", "stats")
    assert (found.exit_code, found.stderr.count("\n")) == (2, 1)
    assert "rootid: the store was resolved under policy" in found.stderr
