"""Files for running it elsewhere name settings and commands that there are, and keep what they promise."""

import re
from pathlib import Path

import yaml

from graph.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = ("Dockerfile", "compose.yaml", "rootid.service")


def test_they_name_settings_that_there_are() -> None:
    known = {f"ROOTID_{name.upper()}" for name in Settings.model_fields}
    for file in FILES:
        assert set(re.findall(r"ROOTID_[A-Z_]+", (DEPLOY / file).read_text("utf-8"))) <= known


def test_none_of_them_writes_a_key_into_a_log() -> None:
    for file in FILES:
        assert "--no-first-key" in (DEPLOY / file).read_text("utf-8")


def test_the_container_is_nobody_and_can_write_nothing_but_data() -> None:
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]["rootid"]
    assert (service["read_only"], service["user"], service["cap_drop"]) == (True, "10001", ["ALL"])
    assert re.search(r"^USER 10001$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)
