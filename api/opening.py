"""Opens the service that the settings name. Must not decide what is in them."""

from graph import policy
from graph.errors import StoreError
from graph.keys import load_secret
from graph.service import Service
from graph.settings import Settings


async def open_service(settings: Settings) -> Service:
    """The service of an installation. Raises PolicyError, PolicyChangedError and StoreError."""
    chosen = policy.load(settings.policy) if settings.policy else None
    return await Service.open(settings.store, chosen, secret=_secret(settings))


def _secret(settings: Settings) -> bytes | None:
    """The HMAC key that the settings name; None leaves it beside the store."""
    if settings.key is None:
        return load_secret(settings.key_file) if settings.key_file else None
    try:
        return bytes.fromhex(settings.key.get_secret_value())
    except ValueError:
        raise StoreError("the HMAC key in ROOTID_KEY is not hexadecimal") from None
