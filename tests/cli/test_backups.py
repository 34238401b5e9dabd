"""A backup while the store is in use, and a store made from it again."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
Command = Callable[..., Any]


def test_a_store_comes_back_from_a_backup_with_its_key(filled: Command, folder: Path) -> None:
    asked = ("lookup", "phone:13800000001", "email:ann@acme.com")
    before = filled(*asked).stdout
    assert filled("keys", "make", "shop").exit_code == 0
    assert filled("backup", "copy.db").exit_code == 0
    shutil.move("data/rootid.db.key", "key")
    shutil.rmtree("data")
    (folder / "data").mkdir()
    shutil.move("key", "data/rootid.db.key")
    assert filled("restore", "copy.db").exit_code == 0
    assert filled(*asked).stdout == before
    assert "shop" in filled("keys", "list").stdout
    assert filled("audit", "verify").exit_code == 0


def test_a_backup_is_of_one_moment_while_others_write(filled: Command, folder: Path) -> None:
    rows = "at,phone,crm\n" + "".join(f"2026-03-05T08:00:00Z,139{number:08d},X{number}\n" for number in range(3_000))
    (folder / "b.csv").write_text(rows)
    command, environment = [sys.executable, "-m", "cli.main", "import", "b.csv"], {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as importing:
        assert filled("backup", "copy.db").exit_code == 0
        assert importing.wait(60) == 0
    assert filled("--store", "sqlite:///copy.db", "keys", "list").exit_code == 2, "the key is not in the copy"
    shutil.copy("data/rootid.db.key", "copy.db.key")
    assert filled("--store", "sqlite:///copy.db", "audit", "verify").exit_code == 0


def test_neither_writes_over_anything(filled: Command, folder: Path) -> None:
    (folder / "there.db").write_text("x")
    for arguments in (("backup", "there.db"), ("restore", "there.db"), ("restore", "none.db")):
        found = filled(*arguments)
        assert (found.exit_code, found.stderr.count("\n")) == (2, 1)
    assert (folder / "there.db").read_text() == "x"


def test_what_is_no_backup_is_refused(rootid: Command, folder: Path) -> None:
    (folder / "x.db").write_text("this is no database, whatever it is called\n" * 100)
    found = rootid("restore", "x.db")
    assert (found.exit_code, found.stderr.count("\n")) == (2, 1)
    assert not (folder / "data" / "rootid.db").exists()
