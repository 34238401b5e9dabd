"""The written form of liveness and readiness."""

from typing import Literal

from api.schemas.base import Told


class Live(Told):
    """The process answers."""

    status: Literal["live"] = "live"


class Ready(Told):
    """Everything that the service needs is ready."""

    status: Literal["ready"] = "ready"
    ready: list[str]
