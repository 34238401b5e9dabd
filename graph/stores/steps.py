"""The way of a store from an older schema to the present one, a version at a time. Pure: sends nothing to an engine."""

from dataclasses import dataclass

from graph.errors import StoreMismatchError


@dataclass(frozen=True, slots=True)
class Step:
    """What takes a store from the version before `to` to `to`.

    `statements`: SQL for a file, names of statements in cypher/ for a server. On a server each is a transaction of its own, and
    whoever is stopped between two does all of the step again: each must be one that may be repeated.
    """

    to: int
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """Every step since the first version that was released. The last one leads to what this rootid needs."""

    first: int
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError where a version is left out: a mistake in the program."""
        if [step.to for step in self.steps] != list(range(self.first + 1, self.first + 1 + len(self.steps))):
            raise ValueError("each step of a schema leads to the next version")

    @property
    def needed(self) -> int:
        """The version that this rootid works with."""
        return self.first + len(self.steps)

    def after(self, place: str, version: int) -> tuple[Step, ...]:
        """The steps that a store still has to take. Raises StoreMismatchError where it is newer, or too old for any."""
        if version > self.needed:
            raise StoreMismatchError(self.refusal(place, version))
        if version < self.first:
            raise StoreMismatchError(f"{place} has schema version {version}; this rootid can upgrade from {self.first} on only")
        return self.steps[version - self.first :]

    def check(self, place: str, version: int) -> None:
        """Raises StoreMismatchError, which says what to do, where a store can't be worked with as it is."""
        if version != self.needed:
            raise StoreMismatchError(self.refusal(place, version))

    def refusal(self, place: str, version: int) -> str:
        """Why a store of another version is refused, and what to do."""
        has = f"{place} has schema version {version}, this rootid needs {self.needed}"
        if version > self.needed:
            return f"{has}: a newer rootid made or upgraded it, use that one"
        return f"{has}: stop the service, make a backup, then 'rootid schema apply' takes it there"
