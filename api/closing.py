"""Knows when the server was asked to end, so that whoever waits or streams ends, too. Must not end anything itself."""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, Final

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@dataclass(slots=True)
class Closing:
    """Whether the server was asked to end."""

    asked: bool = False


@contextmanager
def noticing(closing: Closing) -> Generator[None]:
    """Within, the signals that end a server are noticed before its own handlers get them.

    A server waits for its last answer before it ends, so it would wait for a stream for ever.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[int, Any] = {number: signal.getsignal(number) for number in _SIGNALS}

    def notice(number: int, frame: FrameType | None) -> None:
        closing.asked = True
        handler = before[number]
        if callable(handler):
            handler(number, frame)

    handled = [number for number in _SIGNALS if callable(before[number])]
    for number in handled:
        signal.signal(number, notice)
    try:
        yield
    finally:
        for number in handled:
            signal.signal(number, before[number])
