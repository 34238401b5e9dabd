"""What a running app holds, typed. Must not be reached but through `state_of` and the dependencies."""

from dataclasses import dataclass, field

from fastapi import FastAPI
from starlette.requests import Request

from api.buckets import Buckets
from api.known_keys import KnownKeys
from graph.service import Service


@dataclass(frozen=True, slots=True)
class State:
    """One service and who may call it; `allow_open`: without API keys, answer callers from other machines, too."""

    service: Service
    allow_open: bool
    keys: KnownKeys
    buckets: Buckets = field(default_factory=Buckets)


def install(app: FastAPI, state: State) -> None:
    """Give an app its state."""
    app.state.rootid = state


def state_of(request: Request) -> State:
    """The state of the app that serves a request."""
    return request.app.state.rootid
