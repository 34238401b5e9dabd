"""Reads names that are looked up: what a namespace and scope have in common is made ready once. Must not touch a store."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from graph.answers import Answer
from graph.errors import RootidError
from graph.keys import Keyring
from graph.model import Kind
from graph.policy import Policy, parse_name

_MOST_SPACES: Final = 1_000
"""Namespaces with a scope, as written, that are kept ready: whoever asks may write any scope."""


@dataclass(frozen=True, slots=True)
class Space:
    """A namespace and scope as they were written: how a value becomes a key, and what answers say of it."""

    written: str
    namespace: str
    """Under which its identifiers are kept: the clear twin of a hashed one."""

    scope: str
    device: bool
    rank: int
    read: Callable[[str], tuple[str, str] | None]
    key: Callable[[str], bytes]
    show: Callable[[str, str], tuple[str, str | None]]


class Named(NamedTuple):
    """An identifier that is looked up. Holds what was written: must not be shown or logged."""

    space: Space
    read: tuple[str, str]
    key: bytes

    def __repr__(self) -> str:
        return f"Named({self.mask})"

    @property
    def mask(self) -> str:
        """What people may see of it; made only where nothing is on record that has one."""
        return self.space.show(*self.read)[0]


class Names:
    """Reads names under one policy, and makes their keys."""

    def __init__(self, policy: Policy, keyring: Keyring) -> None:
        self._policy, self._keyring = policy, keyring
        self._spaces: dict[str, Space] = {}

    def read(self, name: str) -> Named | Answer:
        """What a name that is looked up asks for, or the answer where it can't be an identifier."""
        head, colon, value = name.partition(":")
        try:
            space = (self._spaces.get(head) if colon else None) or self._space(name, head)
            found = space.read(value)
        except RootidError as error:
            return Answer("invalid", code=error.code, message=error.message)
        if found is None:
            return Answer("blocked", namespace=space.written, scope=space.scope)
        return Named(space, found, space.key(found[0]))

    def _space(self, name: str, head: str) -> Space:
        """Raises InvalidIdentifierError and UndeclaredNamespaceError."""
        written, scope, _ = parse_name(name)
        read, home = self._policy.reader(written), self._policy.home(written)
        rules, key = self._policy.space(home), self._keyring.maker(home, scope)
        made = Space(written, home, scope, rules.kind is not Kind.PERSON, rules.rank, read, key, self._policy.shower(home))
        if len(self._spaces) >= _MOST_SPACES:
            self._spaces.clear()
        self._spaces[head] = made
        return made
