"""The commands of docs/howto/import.md work as they stand there."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from intake.rejecting import CODES

GUIDE = (Path(__file__).parents[2] / "docs" / "howto" / "import.md").read_text("utf-8")


def test_each_command_records_every_row_of_its_file(
    rootid: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ROOTID_POLICY")
    for name, content in re.findall(r"^```csv (\S+)\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE):
        (folder / name).write_text(content)
    commands = re.findall(r"^rootid .*$", GUIDE, re.MULTILINE)
    assert len(commands) == 7
    for command in commands:
        found = rootid(*shlex.split(command)[1:])
        assert (found.exit_code, found.stderr) == (0, ""), (command, found.output)


def test_every_code_of_a_rejected_row_is_explained() -> None:
    assert set(re.findall(r"`(\w+)`", GUIDE.split("| code |")[1])) >= CODES
