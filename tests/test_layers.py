"""The house: arrows never turn back, and each engine has one place that imports it."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("graph", "cypher", "algorithms", "intake", "api", "cli", "examples", "deploy")
PLACES = {
    "sqlite3": re.compile(r"graph/stores/sqlite/connection\.py"),
    "graphdatascience": re.compile(r"algorithms/gds\.py"),
    "networkx": re.compile(r"(?!)"),
    "numba": re.compile(r"algorithms/kernels\.py"),
    "neo4j": re.compile(r"(deploy/neo4j/connection|graph/stores/neo4j/connection)\.py"),
}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("engine", PLACES)
def test_an_engine_is_imported_in_its_place_only(engine: str) -> None:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    places = [str(path.relative_to(ROOT)) for path in files if engine in imports(path)]
    assert [place for place in places if not PLACES[engine].fullmatch(place)] == []


def test_arrows_never_turn_back() -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
