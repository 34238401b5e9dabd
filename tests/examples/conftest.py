"""One invented world for all tests that read it."""

import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from examples.brand.generate import generate


@dataclass(frozen=True)
class World:
    folder: Path
    counts: dict
    sightings: pl.DataFrame
    consents: list[dict]
    withdrawals: list[dict]
    referrals: pl.DataFrame
    truth: dict[str, str]


@pytest.fixture(scope="session")
def world(tmp_path_factory) -> World:
    folder = tmp_path_factory.mktemp("brand")
    counts = generate(folder, persons=1_500, seed=7)
    sightings, referrals, truth = (
        pl.read_csv(folder / f"{name}.csv.gz", infer_schema=False) for name in ("sightings", "referrals", "truth")
    )
    consents, withdrawals = (
        [json.loads(line) for line in (folder / f"{name}.ndjson").read_text().splitlines()]
        for name in ("consents", "withdrawals")
    )
    return World(folder, counts, sightings, consents, withdrawals, referrals, dict(truth.iter_rows()))
