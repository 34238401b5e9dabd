"""Settings for all tests: hypothesis profiles, the Neo4j of tests, and where data beside the project lies."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.scratch import away_from_the_environment, database, driver, neo4j_url, server

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("default", deadline=None, print_blob=True, suppress_health_check=SLOW)
settings.register_profile("ci", parent=settings.get_profile("default"))
settings.register_profile("long", parent=settings.get_profile("default"), max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


__all__ = ["away_from_the_environment", "database", "driver", "neo4j_url", "server"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker has all tests on the Neo4j of tests: there is one database."""
    for item in items:
        if item.get_closest_marker("neo4j") and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group("neo4j"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data beside the project; a checkout alone has none."""
    folder = Path(os.environ.get("ROOTID_SHARED", Path(__file__).parents[2] / "shared"))
    if not folder.is_dir():
        pytest.skip("no data beside the project: set ROOTID_SHARED to its folder")
    return folder
