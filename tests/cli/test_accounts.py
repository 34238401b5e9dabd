"""The commands that account for what was done: audit, receipt."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Command = Callable[..., Any]


def test_the_audit_log_tells_who_imported_and_is_whole(filled: Command) -> None:
    entries = json.loads(filled("audit", "show", "--json").stdout)
    assert [entry["action"] for entry in entries] == ["adopt policy", "import"]
    assert entries[1]["actor"].startswith("os:")
    assert entries[1]["counts"]["recorded"] == 3
    assert "import" in filled("audit", "show").stdout
    found = filled("audit", "verify")
    assert (found.exit_code, found.stdout[:18]) == (0, "whole: 2 entries, ")


def test_a_receipt_verifies_where_the_database_is_not(filled: Command, folder: Path) -> None:
    (folder / "close.ndjson").write_text('{"close": ["crm:C1", "phone:13800000001"], "at": "2026-03-05T00:00:00Z"}\n')
    assert filled("import", "close.ndjson").exit_code == 0
    [receipt] = json.loads(filled("audit", "show", "--json").stdout)[-1]["receipts"]
    (folder / "receipt.json").write_text(filled("receipt", "show", receipt).stdout)
    key = filled("receipt", "key").stdout.strip()
    (folder / "data" / "rootid.db").unlink()
    assert filled("receipt", "verify", "receipt.json").stdout.startswith(f"holds: receipt {receipt} of ")
    (folder / "data" / "rootid.db.key").unlink()
    assert json.loads(filled("receipt", "verify", "receipt.json", "--key", key, "--json").stdout)["id"] == receipt
    assert filled("receipt", "verify", "receipt.json").exit_code == 2
    (folder / "receipt.json").write_text((folder / "receipt.json").read_text().replace("close", "erase"))
    found = filled("receipt", "verify", "receipt.json", "--key", key)
    assert (found.exit_code, found.stderr) == (2, "rootid: the receipt was changed, or was signed with another key\n")
