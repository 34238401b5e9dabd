"""What runs beside the requests of an app: measures the load, tells the audit log who asked what, sweeps. Holds no rule."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI

from api.closing import noticing
from api.inventory import Inventory
from api.issuer import Issuer
from api.known_keys import KnownKeys
from api.load import Load
from api.state import State, install
from api.tally import FLUSH_SECONDS
from graph.acting import act_as
from graph.errors import RootidError
from graph.service import Service
from graph.settings import Settings

if TYPE_CHECKING:
    from api.spans import Spans

LOG: Final = logging.getLogger("rootid.api")

SWEEP_SECONDS: Final = 1.0
"""Between two looks for what is due."""

BETWEEN_STEPS: Final = 0.01

DUE_A_STEP: Final = 500
"""Expiries of one step, and identifiers that follow another policy: other writers wait no longer than one takes."""


@asynccontextmanager
async def running(
    app: FastAPI, service: Service, settings: Settings, issuer: Issuer | None = None, spans: "Spans | None" = None
) -> AsyncGenerator[None]:
    """Give an app its state, and keep what runs beside it going. At the end nothing is left untold."""
    state = State(
        service,
        settings.allow_open,
        KnownKeys(service.keybook),
        Load(settings.most_in_flight, settings.deadline),
        Inventory(service),
        issuer,
        spans,
    )
    install(app, state)
    service.observe(state.metrics if spans is None else spans.beside(state.metrics))
    tasks = [asyncio.create_task(work) for work in (state.load.watch(), _tell(state), _sweep(service))]
    try:
        with noticing(state.closing):
            yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await state.tally.flush(service)
        if spans is not None:
            await asyncio.to_thread(spans.close)


async def _sweep(service: Service) -> None:
    """Follow another policy, and let expire what is due, step by step, so that writers and other workers get their turn."""
    act_as("task:sweep")
    failing: str | None = None
    while True:
        step = asyncio.ensure_future(_step(service))
        try:
            due, failing = await asyncio.shield(step), None
        except asyncio.CancelledError:
            await asyncio.wait([step])  # a step that has begun ends before the store is closed
            raise
        except RootidError as error:
            if error.code != failing:  # told once, however long it lasts
                LOG.warning("sweeping failed: %s", error.code)
            due, failing = 0, error.code
        await asyncio.sleep(BETWEEN_STEPS if due else SWEEP_SECONDS)


async def _step(service: Service) -> bool:
    following = await service.charter.follow(DUE_A_STEP)
    return await service.sweep_due(DUE_A_STEP) > 0 or following


async def _tell(state: State) -> None:
    while True:
        await asyncio.sleep(FLUSH_SECONDS)
        state.metrics.loop_lag.set(state.load.lag)
        if not await state.tally.flush(state.service):
            state.metrics.accesses_lost.inc()
