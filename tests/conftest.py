"""Settings for all tests: hypothesis profiles, and where data beside the project lies."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("default", deadline=None, print_blob=True, suppress_health_check=SLOW)
settings.register_profile("ci", parent=settings.get_profile("default"))
settings.register_profile("long", parent=settings.get_profile("default"), max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data beside the project; a checkout alone has none."""
    folder = Path(os.environ.get("ROOTID_SHARED", Path(__file__).parents[2] / "shared"))
    if not folder.is_dir():
        pytest.skip("no data beside the project: set ROOTID_SHARED to its folder")
    return folder
