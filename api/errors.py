"""Errors that only the HTTP face knows, in the one error tree. Must not hold anything that a caller sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graph.errors import RootidError


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request: where (a JSON pointer into the body, or a parameter's name) and what."""

    place: Literal["body", "query", "path", "header"]
    at: str
    text: str


class NotJsonError(RootidError):
    """The body isn't JSON in UTF-8."""

    code = "not_json"


class InvalidRequestError(RootidError):
    """The request is JSON, but not of the form that the call asks for; `faults` says where."""

    code = "invalid_request"

    def __init__(self, message: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)


class UnauthorizedError(RootidError):
    """Nobody who is known calls."""

    code = "unauthorized"


class InvalidTokenError(RootidError):
    """A token that doesn't hold; `guessed`: the issuer didn't even sign it."""

    code = "invalid_token"

    def __init__(self, message: str, *, guessed: bool = False) -> None:
        super().__init__(message)
        self.guessed = guessed


class IssuerUnavailableError(RootidError):
    """The issuer of tokens can't be reached, so that no token can be judged."""

    code = "issuer_unavailable"


class ForbiddenError(RootidError):
    """The caller may not do this."""

    code = "forbidden"


class RateLimitedError(RootidError):
    """The caller comes too often; `wait`: seconds."""

    code = "rate_limited"

    def __init__(self, message: str, wait: int) -> None:
        super().__init__(message)
        self.wait = wait


class OverloadedError(RootidError):
    """The worker has as much to do as it can."""

    code = "overloaded"


class DeadlineError(RootidError):
    """The request took longer than it may, or than its caller waits."""

    code = "deadline"


class UnknownRouteError(RootidError):
    """Nothing is served at this path."""

    code = "unknown_route"


class MethodNotAllowedError(RootidError):
    """The path is served, but not with this method."""

    code = "method_not_allowed"


class BodyTooLargeError(RootidError):
    """The body is larger than the service reads."""

    code = "body_too_large"


class MediaTypeError(RootidError):
    """The body isn't declared as `application/json`."""

    code = "unsupported_media_type"


class NotReadyError(RootidError):
    """The service can't answer now; `missing` names what isn't ready."""

    code = "not_ready"

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(f"not ready: {', '.join(missing)}")
        self.missing = tuple(missing)


class OpenServiceError(RootidError):
    """The service would be reachable over the network without a key; it doesn't start."""

    code = "open_service"
