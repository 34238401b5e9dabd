"""The command in a folder of its own, under a small policy. All persons are invented."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app

POLICY = """\
title: small
namespaces:
  crm: {rank: 1, unique: true}
  phone: {rank: 2, normalise: phone, mask: phone}
  email: {rank: 3, normalise: lower, mask: email}
  cookie: {rank: 9, kind: device, max_age: 90d}
purposes: {service: [contract], marketing: []}
require_consent: false
"""

SIGHTINGS = """\
at,phone,email,crm,cookie
2026-03-01T08:00:00Z,13800000001,tom@acme.com,C1,
2026-03-02T08:00:00Z,138 0000 0001,,,k1
2026-03-03T08:00:00Z,13800000002,ann@acme.com,C2,
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a policy and a file of sightings."""
    monkeypatch.chdir(tmp_path)
    for name in ("STORE", "POLICY", "KEY", "KEY_FILE", "HOST", "PORT"):
        monkeypatch.setenv(f"ROOTID_{name}", "")  # so that what a command sets itself is taken back, too
        monkeypatch.delenv(f"ROOTID_{name}")
    monkeypatch.setenv("ROOTID_POLICY", "policy.yaml")
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "a.csv").write_text(SIGHTINGS)
    return tmp_path


@pytest.fixture
def rootid(folder: Path) -> Callable[..., Any]:
    """Runs the command; no exception ever leaves it."""

    def call(*arguments: str, stdin: str | None = None) -> Any:
        found = CliRunner().invoke(app, list(arguments), input=stdin, prog_name="rootid")
        assert found.exception is None or isinstance(found.exception, SystemExit), found.exc_info
        assert "Traceback" not in found.output
        return found

    return call


@pytest.fixture
def filled(rootid: Callable[..., Any]) -> Callable[..., Any]:
    """The command, after the sightings were imported."""
    assert rootid("import", "a.csv").exit_code == 0
    return rootid
