"""`rootid fission report`: a page that shows people by mask only and runs nothing."""

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]

EVIL = "<script>alert(1)</script>"
REFERRALS = f"""\
referrer,referee,at,campaign,status,event_id
phone:13800000001,email:bob@acme.com,2026-03-02,{EVIL},accepted,
phone:13800000001,email:cat@acme.com,2026-03-03,{EVIL},accepted,
phone:13800000001,email:dan@acme.com,2026-03-04,spring,accepted,
email:bob@acme.com,email:eve@acme.com,2026-03-05,spring,accepted,
email:bob@acme.com,email:fay@acme.com,2026-03-06,spring,pending,
phone:13800000001,email:tom@acme.com,2026-03-07,spring,accepted,
"""


class Seen(HTMLParser):
    """Tags, and what they load."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href", "xlink:href"}]


@pytest.fixture
def page(filled: Command, folder: Path) -> str:
    (folder / "referrals.csv").write_text(REFERRALS)
    (folder / "recruits.csv").write_text("recruit,programme,at\nphone:13800000001,koc,2026-03-01\n")
    assert filled("import", "referrals.csv", "recruits.csv").exit_code == 0
    assert filled("referrers", "score").exit_code == 0
    found = filled("fission", "report", "--out", "report.html")
    assert (found.exit_code, found.stdout, found.stderr) == (0, "", "rootid: the report is in report.html\n")
    return (folder / "report.html").read_text("utf-8")


def test_the_page_runs_nothing_loads_nothing_and_shows_masks_only(page: str) -> None:
    seen = Seen()
    seen.feed(page)
    assert not seen.tags & {"script", "link", "img", "iframe", "object"}
    assert seen.links == []
    assert EVIL not in page
    assert "&lt;script&gt;" in page
    assert "13800000001" not in page
    assert "acme.com" not in page.replace("***@acme.com", "")


def test_the_page_tells_what_happened(page: str) -> None:
    for told in ("pending 待定", "self-referral 自荐", "koc", "own second account", "experimental", "K 裂变系数", "branching"):
        assert told in page, told


def test_nothing_is_written_before_the_first_scoring(filled: Command, folder: Path) -> None:
    found = filled("fission", "report", "--out", "report.html")
    assert (found.exit_code, "never scored" in found.stderr) == (2, True)
    assert not (folder / "report.html").exists()


@pytest.mark.parametrize(("out", "said"), [(".", "it is a directory"), ("nowhere/report.html", "no such directory")])
def test_a_page_that_can_not_be_written_is_told(filled: Command, out: str, said: str) -> None:
    found = filled("fission", "report", "--out", out)
    assert (found.exit_code, said in found.stderr) == (2, True)
