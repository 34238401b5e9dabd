"""The use cases of API keys: make, list, rotate, revoke. Must not see a secret but when it is made."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from graph import access
from graph.access import ApiKey
from graph.errors import InvalidInputError, UnknownApiKeyError
from graph.policy import Policy
from graph.stores import Store


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a new key may do. `scopes` and `purposes` by name; no purposes means every one. `lasts`: microseconds."""

    name: str
    scopes: tuple[str, ...]
    purposes: tuple[str, ...] = ()
    rate: int | None = None
    lasts: int | None = None


class KeyBook:
    """The API keys of a store."""

    def __init__(self, store: Store, policy: Callable[[], Policy], clock: Callable[[], int]) -> None:
        self._store = store
        self._policy = policy
        self._clock = clock

    def now(self) -> int:
        """The time by which keys expire."""
        return self._clock()

    async def all(self) -> list[ApiKey]:
        """Every key that was ever made, the eldest first."""
        return await self._store.api_keys()

    async def make(self, wanted: Wanted) -> tuple[ApiKey, str]:
        """A new key and its token, which nobody can be shown again. Raises InvalidInputError, also for a name in use."""
        purposes = self._purposes(wanted.purposes)
        scopes = access.scopes_of(wanted.scopes)
        if not scopes:
            raise InvalidInputError("a key without a scope opens nothing")
        if wanted.rate is not None and wanted.rate < 1:
            raise InvalidInputError("a rate is at least one request a second")
        name = access.checked_name(wanted.name)
        now = self._clock()
        identity, digest, token = access.mint()
        expires = None if wanted.lasts is None else now + wanted.lasts
        key = ApiKey(identity, name, digest, scopes, purposes, wanted.rate, now, expires)
        async with self._store.writing() as tx:
            if any(held.name == name and held.standing(now) == "live" for held in await tx.api_keys()):
                raise InvalidInputError(f"a live key has the name '{name}': rotate or revoke it, or choose another name")
            await tx.keep_api_key(key)
        return key, token

    async def make_first(self, wanted: Wanted) -> tuple[ApiKey, str] | None:
        """The same where no key was ever made; else None."""
        return None if await self.all() else await self.make(wanted)

    async def rotate(self, which: str, grace: int) -> tuple[ApiKey, str]:
        """A successor that may do what the key may, and its token; the key itself ends after `grace` microseconds.

        Raises UnknownApiKeyError where no live key has that name or id.
        """
        now = self._clock()
        identity, digest, token = access.mint()
        async with self._store.writing() as tx:
            old = _newest(await tx.api_keys(), which, now)
            ends = now + grace if old.expires is None else min(old.expires, now + grace)
            lasts = None if old.expires is None else now + (old.expires - old.made)
            made = replace(old, id=identity, digest=digest, made=now, expires=lasts)
            await tx.keep_api_key(replace(old, expires=ends))
            await tx.keep_api_key(made)
        return made, token

    async def revoke(self, which: str) -> list[ApiKey]:
        """End every live key of that name or id now. Raises UnknownApiKeyError where there is none."""
        now = self._clock()
        async with self._store.writing() as tx:
            ended = [replace(key, revoked=now) for key in _live(await tx.api_keys(), which, now)]
            for key in ended:
                await tx.keep_api_key(key)
        return ended

    def _purposes(self, names: Iterable[str]) -> frozenset[str] | None:
        wanted = frozenset(names)
        unknown = wanted - set(self._policy().purposes)
        if unknown:
            raise InvalidInputError(f"a purpose that the policy doesn't have; it has: {', '.join(self._policy().purposes)}")
        return wanted or None


def _live(keys: Iterable[ApiKey], which: str, now: int) -> list[ApiKey]:
    found = [key for key in keys if which in (key.name, key.id) and key.standing(now) == "live"]
    if not found:
        raise UnknownApiKeyError("no live key has this name or id ('rootid keys list' shows them)")
    return found


def _newest(keys: Iterable[ApiKey], which: str, now: int) -> ApiKey:
    return max(_live(keys, which, now), key=lambda key: key.made)
