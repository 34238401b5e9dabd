"""The commits of a public project: without any rule, the published figures of the plain union come out (data/README.md there)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.mark.shared
def test_without_rules_the_plain_union_comes_out(rootid: Callable[..., Any], folder: Path) -> None:
    events, truth = DATA / "commits-numpy.events.csv.gz", DATA / "commits-numpy.truth.csv.gz"
    if not events.exists():
        pytest.skip("the data of the commits are not beside the project")
    (folder / "policy.yaml").write_text("namespaces: {name: {}, email: {}}\nrequire_consent: false\n")
    found = rootid("import", str(events), "--map", "ts=at", "--map", "role=-", "--rejects", "bad.csv", "--json")
    assert json.loads(found.stdout)["files"][0]["rows"] == 39_119
    figures = json.loads(rootid("evaluate", str(truth), "--json").stdout)
    assert [round(figures[name], 3) for name in ("precision", "recall", "f1")] == [0.595, 0.708, 0.646]
