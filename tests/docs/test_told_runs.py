"""What the pages show is what the command prints: their files are written, their commands run, their answers compared.

A page shows a file as a fenced block with its name behind the language, and commands as a `console` block: lines that begin
with `$ ` are run, the lines below one are what it prints (none: not looked at). Ids and versions may differ; they are held to be
the same wherever the page says the same.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = ("docs/explanation/resolution.md", "docs/howto/policy.md", "docs/howto/rank.md", "docs/howto/referrals.md")
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ID = re.compile(r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16})\b")
"""Own ids, and versions of policies."""


def _commands(block: str) -> Iterator[tuple[str, str]]:
    for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, answer = step.partition("\n")
        yield command, answer.strip("\n")


def _plain(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_the_command_prints(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("STORE", "POLICY", "KEY", "KEY_FILE"):
        monkeypatch.delenv(f"ROOTID_{name}", raising=False)
    ids: dict[str, str] = {}
    for kind, file, body in _BLOCK.findall((ROOT / page).read_text("utf-8")):
        if file:
            (tmp_path / file).write_text(body, "utf-8")
        for command, answer in _commands(body) if kind == "console" else ():
            if command.startswith("export "):
                monkeypatch.setenv(*command.removeprefix("export ").split("=", 1))
                continue
            assert command.startswith("rootid "), f"{page} runs something else: {command}"
            asked, _, target = command.removeprefix("rootid ").partition(" > ")
            today = _ID.sub(lambda found: ids.get(found[0], found[0]), asked)
            printed = CliRunner().invoke(app, shlex.split(today), prog_name="rootid").output
            if target:
                (tmp_path / target).write_text(printed, "utf-8")
            if not answer:
                continue
            for shown, got in zip(_ID.findall(answer), _ID.findall(printed), strict=False):
                ids.setdefault(shown, got)
            expected = _ID.sub(lambda found: ids.get(found[0], found[0]), answer)
            assert _plain(printed) == _plain(expected), f"{page}: {command}"
