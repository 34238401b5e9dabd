"""Opens the service that the settings name. Must not decide what is in them."""

from api.issuer import Issuer
from api.tokens import TokenSettings
from graph import policy
from graph.service import Service
from graph.settings import Settings


async def open_service(settings: Settings) -> Service:
    """The service of an installation. Raises PolicyError, PolicyChangedError and StoreError."""
    chosen = policy.load(settings.policy) if settings.policy else None
    return await Service.open(settings.store, chosen, secret=settings.keyring())


def issuer_of_settings() -> Issuer | None:
    """The issuer of tokens that the settings name, if they name one. Raises InvalidInputError."""
    rules = TokenSettings()
    return None if rules.issuer is None else Issuer(rules)
