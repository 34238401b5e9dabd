"""Opens the service that the settings name. Must not decide what is in them."""

from typing import TYPE_CHECKING

from api.issuer import Issuer
from api.tokens import TokenSettings
from graph import policy
from graph.errors import InvalidInputError
from graph.service import Service
from graph.settings import Settings

if TYPE_CHECKING:
    from api.spans import Spans


async def open_service(settings: Settings) -> Service:
    """The service of an installation. Raises PolicyError, PolicyChangedError and StoreError."""
    chosen = policy.load(settings.policy) if settings.policy else None
    return await Service.open(settings.store, chosen, secret=settings.keyring())


def issuer_of_settings() -> Issuer | None:
    """The issuer of tokens that the settings name, if they name one. Raises InvalidInputError."""
    rules = TokenSettings()
    return None if rules.issuer is None else Issuer(rules)


def spans_of_settings(settings: Settings) -> "Spans | None":
    """What makes spans, where they are switched on. Raises InvalidInputError where OpenTelemetry isn't installed."""
    if not settings.traces:
        return None
    try:
        from api.spans import exported  # noqa: PLC0415 - OpenTelemetry is an extra
    except ImportError:
        raise InvalidInputError("ROOTID_TRACES=1 needs OpenTelemetry: pip install 'rootid[otel]'") from None
    return exported()
