"""Work of an iterator done ahead in a process of its own, one item ahead of who takes them. Knows nothing of what is made.

The process is started afresh (not forked, which libraries with threads of their own don't survive) and ends with whoever takes
its items: when the iterator is closed, and when the other end of its pipe is gone.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from graph.errors import RootidError

T = TypeVar("T")


class AheadError(RootidError):
    """The process that worked ahead has ended without a word."""

    code = "reading_ended"


def spare_core() -> bool:
    """Whether a second process would have a core to run on."""
    return len(os.sched_getaffinity(0)) > 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) > 1


def ahead(make: Callable[..., Iterable[T]], *arguments: Any) -> Generator[T]:
    """The items of `make(*arguments)`, made in a process of its own; function, arguments and items must be picklable.

    Raises what `make` raises, after the items before it; AheadError where the process is killed.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(there, make, arguments), daemon=True)
    process.start()
    there.close()
    try:
        while True:
            try:
                kind, body = here.recv()
            except EOFError:
                raise AheadError("the process that reads ahead was ended from outside; run it again for the rest") from None
            if kind == "end":
                return
            if kind == "error":
                raise body
            yield body
    finally:
        here.close()
        process.terminate()
        process.join()


def _work(there: Connection, make: Callable[..., Iterable[Any]], arguments: tuple[Any, ...]) -> None:
    # Ctrl-C goes to all processes of a terminal: whoever takes the items decides when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(BrokenPipeError):
        try:
            for item in make(*arguments):
                there.send(("item", item))
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever went wrong is raised where the items are taken
            there.send(("error", error))
        else:
            there.send(("end", None))
