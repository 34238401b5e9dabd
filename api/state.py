"""What a running app holds, typed. Must not be reached but through `state_of` and the dependencies."""

from dataclasses import dataclass

from fastapi import FastAPI
from starlette.requests import Request

from graph.service import Service


@dataclass(frozen=True, slots=True)
class State:
    """One service; `allow_open`: without API keys, answer callers from other machines, too."""

    service: Service
    allow_open: bool


def install(app: FastAPI, state: State) -> None:
    """Give an app its state."""
    app.state.rootid = state


def state_of(request: Request) -> State:
    """The state of the app that serves a request."""
    return request.app.state.rootid
