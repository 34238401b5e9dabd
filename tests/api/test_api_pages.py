"""docs/reference/api.md and problems.md say what the service says of itself."""

from pathlib import Path

import pytest

from api.reference import pages

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", ["api.md", "problems.md"])
def test_a_reference_page_is_fresh(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == pages()[name], "stale: run `python -m api.reference`"


def test_every_link_between_the_pages_leads_somewhere() -> None:
    problems = pages()["problems.md"]
    for link in pages()["api.md"].split("problems.md#")[1:]:
        assert f'<a id="{link.partition(")")[0]}"></a>' in problems


def test_a_page_has_no_line_that_differs_from_run_to_run() -> None:
    assert pages() == pages()
