"""Where compiled code is kept."""

import numba
import pytest
from numba.core.caching import CacheImpl

from algorithms import kernels


def test_without_a_place_for_compiled_code_each_process_compiles_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CacheImpl, "_locator_classes", [])

    def twice(number: int) -> int:
        return 2 * number

    with pytest.raises(RuntimeError, match="no locator"):
        numba.njit(cache=True)(twice)
    assert kernels._compiled(twice)(21) == 42
