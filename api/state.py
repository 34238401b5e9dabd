"""What a running app holds, typed. Must not be reached but through `state_of` and the dependencies."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.requests import Request

from api.buckets import Buckets
from api.closing import Closing
from api.inventory import Inventory
from api.issuer import Issuer
from api.known_keys import KnownKeys
from api.load import Load
from api.metrics import Metrics
from api.tally import Tally
from graph.service import Service

if TYPE_CHECKING:
    from api.spans import Spans


@dataclass(frozen=True, slots=True)
class State:
    """One service, who may call it, and what is told about that; `allow_open`: without API keys, answer other machines, too.

    `issuer`: whose tokens are believed, if anybody's. `spans`: makes them, where OpenTelemetry is switched on.
    """

    service: Service
    allow_open: bool
    keys: KnownKeys
    load: Load
    inventory: Inventory
    issuer: Issuer | None = None
    spans: "Spans | None" = None
    metrics: Metrics = field(default_factory=Metrics)
    buckets: Buckets = field(default_factory=Buckets)
    tally: Tally = field(default_factory=Tally)
    closing: Closing = field(default_factory=Closing)


def install(app: FastAPI, state: State) -> None:
    """Give an app its state."""
    app.state.rootid = state


def is_installed(app: FastAPI) -> bool:
    """Whether an app has its state."""
    return hasattr(app.state, "rootid")


def state_of(request: Request) -> State:
    """The state of the app that serves a request."""
    return request.app.state.rootid
