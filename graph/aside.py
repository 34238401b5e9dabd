"""Where long work of a store runs, so that lookups go on. Must not know what the work is."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from graph.stores import Store

T = TypeVar("T")


async def aside(store: Store, work: Coroutine[Any, Any, T]) -> T:
    """Let long work of an embedded store run in a thread of its own; that of a server waits without holding anything up."""
    if not store.embedded:
        return await work
    return await asyncio.to_thread(asyncio.run, work)
