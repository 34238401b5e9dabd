"""The examples of calls, against two real workers: they print what docs/howto/calls.md shows, and no URL names anybody."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import served
from bench.served import SECRET, Served
from tests.overhearing import Overheard, overheard

__all__ = ["overheard"]

ROOT = Path(__file__).parents[2]
CALLS = ROOT / "examples" / "calls"
PAGE = (ROOT / "docs" / "howto" / "calls.md").read_text("utf-8")
SHOWN = [
    (step.partition("\n")[0], step.partition("\n")[2].rstrip())
    for block in re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
]
URLS = re.compile(r'(?:call|post|curl)\s+"?(\S+?)"?\s')


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, overheard: Overheard) -> Iterator[Served]:
    """Two workers on a store of their own, under the default policy."""
    folder = tmp_path_factory.mktemp("calls")
    (folder / "store.db.key").write_text(SECRET.hex())
    with served.serving(f"sqlite:///{folder / 'store.db'}", folder / "served.log", workers=2) as service:
        yield service


def printed(command: str, service: Served) -> str:
    environment = {
        **os.environ,
        "URL": f"http://127.0.0.1:{service.port}",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "ROOTID_STORE": f"sqlite:///{service.log.with_name('store.db')}",
        "ROOTID_KEY": SECRET.hex(),
    }
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), command
    return done.stdout.rstrip()


def test_the_examples_print_what_the_page_shows(service: Served) -> None:
    files = {file.name for file in CALLS.iterdir() if file.suffix in (".py", ".sh")} - {"__init__.py", "playing.py"}
    assert files == {
        re.sub(r"python -m examples\.calls\.(\w+).*", r"\1.py", command).removeprefix("examples/calls/")
        for command, _ in SHOWN
        if "calls" in command
    }
    for command, shown in SHOWN:
        assert printed(command, service) == shown, command


def test_no_example_names_an_identifier_in_a_url(service: Served, overheard: Overheard) -> None:
    for file in CALLS.glob("*.sh"):
        urls = [url for url in URLS.findall(file.read_text("utf-8")) if url.startswith(("/", "$URL"))]
        assert len(urls) > 3
        assert [url for url in urls if ":" in url.removeprefix("$URL")] == []
    assert "13800000021" not in service.log.read_text("utf-8")
