"""Every error that rootid raises on purpose, each with a stable code. Must not hold an identifier's value."""

from typing import ClassVar


class RootidError(Exception):
    """Base of all errors on purpose; `code` is what callers switch on, the text is for people."""

    code: ClassVar[str] = "internal"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInputError(RootidError):
    """The caller's input can't be read as what it claims to be."""

    code = "invalid_input"


class InvalidIdentifierError(InvalidInputError):
    """An identifier has no value, a value of the wrong form, or no namespace."""

    code = "invalid_identifier"


class UndeclaredNamespaceError(InvalidInputError):
    """A namespace that the policy doesn't declare, where the policy says `undeclared: reject`."""

    code = "undeclared_namespace"


class ContradictionError(InvalidInputError):
    """A sighting with two values of one unique namespace and scope: it contradicts itself."""

    code = "contradiction"


class FutureTimeError(InvalidInputError):
    """An event time that lies in the future by more than the allowed clock skew."""

    code = "future_time"


class InvalidDecisionError(InvalidInputError):
    """A decision that can't be taken: one identifier twice, or `same_person` with a device or attribute."""

    code = "invalid_decision"


class ErasedError(RootidError):
    """An event from before the erasure of an identifier it names; a tombstone refuses it whole."""

    code = "erased"


class UnknownPurposeError(InvalidInputError):
    """A purpose that the policy doesn't name."""

    code = "unknown_purpose"


class PurposeNotAllowedError(RootidError):
    """A purpose of the policy that the caller's key doesn't hold."""

    code = "purpose_not_allowed"


class IdempotencyKeyError(RootidError):
    """The `Idempotency-Key` can't be read, or named another request before."""

    code = "idempotency_key"


class UnknownApiKeyError(RootidError):
    """No live API key has this name or id."""

    code = "unknown_api_key"


class UnknownConsentError(RootidError):
    """No consent on record has this id."""

    code = "unknown_consent"


class UnknownRootError(RootidError):
    """No identifier on record carries this id."""

    code = "unknown_root"


class UnknownIdentifierError(RootidError):
    """The identifier is not on record."""

    code = "unknown_identifier"


class UnknownReceiptError(RootidError):
    """No receipt on record has this id."""

    code = "unknown_receipt"


class InvalidReceiptError(InvalidInputError):
    """A receipt that was changed, was signed with another key, or is none."""

    code = "invalid_receipt"


class GoneRootError(RootidError):
    """The identifier that carried this id was erased, and nobody of its person is left to answer for it."""

    code = "gone_root"


class UndeliveredError(RootidError):
    """A webhook's receiver didn't take a delivery."""

    code = "undelivered"


class NotScoredError(RootidError):
    """The network of a purpose was never scored, so there is nothing to rank referrers by."""

    code = "not_scored"


class StaleCursorError(InvalidInputError):
    """A page was asked for of a scoring that is no longer the last one."""

    code = "stale_cursor"


class StoppedError(RootidError):
    """A job ended before it was done, because it was told to."""

    code = "stopped"


class PolicyError(RootidError):
    """A policy file that can't be used; `problems` has one line for each thing that is wrong."""

    code = "invalid_policy"

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class PolicyChangedError(RootidError):
    """The store was resolved under another policy; changing it is a decision of its own."""

    code = "policy_changed"


class ScenarioError(RootidError):
    """A scenario file that can't be read: names the file and the key."""

    code = "invalid_scenario"


class StoreError(RootidError):
    """The store can't be reached, opened or written."""

    code = "store_unavailable"

    def __init__(self, message: str, *, passing: bool = False) -> None:
        """`passing`: it may end by itself, so that asking again later makes sense."""
        super().__init__(message)
        self.passing = passing


class StoreBusyError(StoreError):
    """Another writer held the store for longer than the time allowed; trying again is safe."""

    code = "store_busy"

    def __init__(self, message: str) -> None:
        super().__init__(message, passing=True)


class StoreInterruptedError(StoreError):
    """The store gave up a transaction in the middle and kept nothing of it; trying again is safe."""

    code = "store_interrupted"

    def __init__(self, message: str) -> None:
        super().__init__(message, passing=True)


class StoreMismatchError(StoreError):
    """The store was made by another schema version or with another HMAC key."""

    code = "store_mismatch"
