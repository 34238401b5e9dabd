"""What runs beside the requests of an app: it measures the load and tells the audit log who asked what. Holds no rule."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.inventory import Inventory
from api.known_keys import KnownKeys
from api.load import Load
from api.state import State, install
from api.tally import FLUSH_SECONDS
from graph.service import Service
from graph.settings import Settings


@asynccontextmanager
async def running(app: FastAPI, service: Service, settings: Settings) -> AsyncGenerator[None]:
    """Give an app its state, and keep what runs beside it going. At the end nothing is left untold."""
    state = State(
        service,
        settings.allow_open,
        KnownKeys(service.keybook),
        Load(settings.most_in_flight, settings.deadline),
        Inventory(service),
    )
    install(app, state)
    service.observe(state.metrics)
    tasks = [asyncio.create_task(work) for work in (state.load.watch(), _tell(state))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await state.tally.flush(service)


async def _tell(state: State) -> None:
    while True:
        await asyncio.sleep(FLUSH_SECONDS)
        state.metrics.loop_lag.set(state.load.lag)
        if not await state.tally.flush(state.service):
            state.metrics.accesses_lost.inc()
