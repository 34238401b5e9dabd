"""One call of one caller, as the use cases see it: which purposes it may name, and which it named. Knows no key and no HTTP."""

from graph.errors import PurposeNotAllowedError


class Visit:
    """What one call may ask for, and what it asked for so far."""

    __slots__ = ("allowed", "items", "purposes")

    def __init__(self, allowed: frozenset[str] | None) -> None:
        self.allowed = allowed
        self.purposes: set[str] = set()
        self.items = 0

    def name(self, purpose: str) -> None:
        """Note a purpose of the policy that the call rests on. Raises PurposeNotAllowedError."""
        if not self.may(purpose):
            raise PurposeNotAllowedError("the caller may not ask for this purpose, which the call names or takes by default")
        self.purposes.add(purpose)

    def may(self, purpose: str) -> bool:
        """Whether the caller may see what belongs to a purpose."""
        return self.allowed is None or purpose in self.allowed

    def count(self, items: int) -> None:
        """Note how many lookups, events or records the call is about."""
        self.items += items
