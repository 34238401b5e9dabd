"""What a service tells whoever watches it: how long things took and how many there were. Never what they were about."""

from typing import Final, Protocol

from graph.answers import Receipt


class Observer(Protocol):
    """Is told after the fact, often from several threads; must be quick and never fail."""

    def asked(self, verb: str, seconds: float, *, failed: bool) -> None:
        """The store was asked: a verb of its own, or a view or transaction from its begin to its end."""
        ...

    def recorded(self, receipt: Receipt, seconds: float, *, withdrawing: bool) -> None:
        """Events were recorded; `withdrawing`: a withdrawal was among them."""
        ...


class Silence:
    """Nobody watches."""

    def asked(self, verb: str, seconds: float, *, failed: bool) -> None:
        """Nothing."""

    def recorded(self, receipt: Receipt, seconds: float, *, withdrawing: bool) -> None:
        """Nothing."""


SILENCE: Final = Silence()
