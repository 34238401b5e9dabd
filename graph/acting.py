"""Who is acting, for the audit log. Must not decide what they may do."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

_ACTOR: ContextVar[str] = ContextVar("actor", default="unnamed")


def actor() -> str:
    """Who acts here: the name of an API key, a user of the machine, or a task of the service itself."""
    return _ACTOR.get()


def act_as(name: str) -> None:
    """What follows in this task (a request, a command) is done by `name`."""
    _ACTOR.set(name)


@contextmanager
def acting_as(name: str) -> Generator[None]:
    """What is done within is done by `name`."""
    token = _ACTOR.set(name)
    try:
        yield
    finally:
        _ACTOR.reset(token)
