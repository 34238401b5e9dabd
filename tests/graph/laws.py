"""Laws that every store has to keep: one test a store, with fewer examples where each costs a server's time."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.graph.stage import Stage, stage

STORES = ["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)]
"""Values of a parameter `store`; `url_of` makes a URL of it."""

FAST = [Phase.explicit, Phase.reuse, Phase.generate]
"""Without looking for a smaller example, which on a server takes minutes."""

Begin = Callable[..., AbstractAsyncContextManager[Stage]]
"""Opens a stage on a fresh store: tests.graph.stage.stage of that store."""


def law(
    *drawn: st.SearchStrategy[Any], examples: int, on_server: int
) -> Callable[[Callable[..., Awaitable[None]]], Callable[..., None]]:
    """A test of `async def test_…(begin, *drawn)` for each store."""

    def decorate(body: Callable[..., Awaitable[None]]) -> Callable[..., None]:
        @pytest.mark.parametrize("store", STORES)
        def test(store: str, request: pytest.FixtureRequest) -> None:
            neo4j_url = request.getfixturevalue("neo4j_url") if store == "neo4j" else None

            @settings(max_examples=on_server if neo4j_url else examples, phases=FAST if neo4j_url else list(Phase))
            @given(st.tuples(*drawn))
            def one(values: tuple[Any, ...]) -> None:
                async def play() -> None:
                    await body(partial(stage, neo4j_url=neo4j_url), *values)

                asyncio.run(play())

            one()

        test.__name__, test.__qualname__, test.__doc__ = body.__name__, body.__qualname__, body.__doc__
        test.__module__ = body.__module__
        return test

    return decorate
