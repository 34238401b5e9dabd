"""Every test that the security review names is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "security-review.md"


def test_the_review_names_tests_that_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE.read_text("utf-8"))
    assert len(named) > 20
    for file, name in named:
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        names = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
        assert not name or name in names, f"{file} has no {name}"


def test_the_review_has_all_ten_risks() -> None:
    assert re.findall(r"^## API(\d+) ", PAGE.read_text("utf-8"), re.MULTILINE) == [str(number) for number in range(1, 11)]
