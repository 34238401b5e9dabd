"""Plays an example against a service: `python -m examples.calls.NAME [URL]`, the API key in ROOTID_API_KEY. Knows no example."""

import os
import sys
from collections.abc import Callable, Iterator

from rootid_client import Client

Example = Callable[[Client], Iterator[str]]


def main(play: Example) -> None:
    """Print what an example tells."""
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
    with Client(url, os.environ.get("ROOTID_API_KEY")) as client:
        sys.stdout.writelines(f"{line}\n" for line in play(client))
