"""Streams that may break: what came before the break is still handed on, then the break is told."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from graph.errors import InvalidInputError

T = TypeVar("T")


class Salvage(Generic[T]):
    """Iterates over a stream until it ends or breaks with InvalidInputError; `settle` raises that afterwards."""

    def __init__(self, stream: Iterable[T]) -> None:
        self._stream = stream
        self.failure: InvalidInputError | None = None

    def __iter__(self) -> Iterator[T]:
        try:
            yield from self._stream
        except InvalidInputError as error:
            self.failure = error

    def settle(self) -> None:
        """Raise what the stream broke with, if it did."""
        if self.failure is not None:
            raise self.failure
