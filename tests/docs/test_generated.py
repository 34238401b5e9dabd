"""Reference pages say what the code says now."""

import runpy
from pathlib import Path
from typing import Any, get_args

import pytest

from graph.namespaces import Mask, Normaliser
from graph.policy import Namespace, Policy

ROOT = Path(__file__).parents[2]
GENERATE: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "generate.py"))


@pytest.mark.parametrize("name", GENERATE["PAGES"])
def test_a_generated_page_is_fresh(name: str) -> None:
    page = (ROOT / "docs" / "reference" / name).read_text("utf-8")
    assert page == GENERATE["PAGES"][name](), "stale: run `python docs/generate.py`"


def test_the_policy_page_has_every_key_with_its_meaning() -> None:
    page = GENERATE["policy_page"]()
    for model in (Policy, Namespace):
        for name, field in model.model_fields.items():
            assert field.description, f"{name} has no meaning"
            assert f"| `{name}` |" in page


def test_the_policy_page_has_an_example_of_every_normaliser_and_mask() -> None:
    assert set(GENERATE["_NORMALISERS"]) == set(get_args(Normaliser))
    assert set(GENERATE["_MASKS"]) == set(get_args(Mask))
