"""Does a whole use case again where the store gave it up in the middle. Must not be put around a part of one."""

import asyncio
import functools
import logging
import random
from collections.abc import Callable, Coroutine
from typing import Any, Final, ParamSpec, TypeVar

from graph.errors import StoreInterruptedError

LOG: Final = logging.getLogger("rootid.store")
ATTEMPTS: Final = 6
_FIRST_SECONDS: Final = 0.05

P = ParamSpec("P")
T = TypeVar("T")


def again_if_interrupted(work: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """A use case that is one transaction and depends on its arguments and the store only; nothing of a given up one is kept.

    Waits twice as long each time, 1.5 s in all. Raises StoreInterruptedError where the last attempt is given up, too.
    """

    @functools.wraps(work)
    async def patient(*arguments: P.args, **named: P.kwargs) -> T:
        for attempt in range(1, ATTEMPTS):
            try:
                return await work(*arguments, **named)
            except StoreInterruptedError as error:
                LOG.warning("%s; trying again (%d of %d)", error.message, attempt, ATTEMPTS - 1)
                await asyncio.sleep(_FIRST_SECONDS * 2 ** (attempt - 1) * random.uniform(0.5, 1.0))
        return await work(*arguments, **named)

    return patient
