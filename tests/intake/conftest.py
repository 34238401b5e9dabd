"""A way to read text as if it were a file."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.intake.outcomes import Outcome, gathered


@pytest.fixture
def reading(tmp_path: Path) -> Callable[..., Outcome]:
    """Reads text or bytes as if they were a file."""

    def call(content: str | bytes, name: str = "a.csv", **how: Any) -> Outcome:
        data = content.encode() if isinstance(content, str) else content
        path = tmp_path / name
        path.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") and data[:2] != b"\x1f\x8b" else data)
        return gathered(path, **how)

    return call
