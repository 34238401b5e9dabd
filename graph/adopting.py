"""Puts a store under another policy in steps: it counts at once for what is read and written, and on record part by part.

`begin` puts the policy on record, and from then on nothing is resolved by another one. Each `step` follows it for the next
identifiers in the order of their handles, with all who hang together with them, and publishes what that changes. How far it
has come is on record (graph.stores.columns.Changing), so whoever does the next step goes on there.
"""

from collections.abc import Mapping
from typing import Any, Final, cast

import numpy as np

from graph.audit import Chain
from graph.errors import InvalidInputError
from graph.keys import Keyring
from graph.model import Kind
from graph.policy import Namespace, Policy
from graph.restating import refold, restate
from graph.stores.columns import Changing
from graph.stores.protocol import Writing
from graph.tally import Tally
from graph.writing import Write

STEP: Final = 2_000
"""How many identifiers a step takes, with their parts."""

_KEYED: Final = ("normalise", "hash_of")
"""Rules of a namespace that keys on record were made by."""

_RESOLVING: Final = ("kind", "rank", "unique", "limit", "max_holders", "max_age")
"""Rules of a namespace that decide who is one person."""

_OF_ALL: Final = ("on_conflict", "shared_after", "session_window", "max_size", "min_weight", "require_consent", "purposes")
"""The same, for the whole."""


def differences(old: Policy, new: Policy) -> list[tuple[str, Any, Any]]:
    """Rules that differ, by path: (path, old value, new value); None where a side doesn't have it."""
    one, other = (_flat(policy.model_dump(mode="json", exclude={"title"}), "") for policy in (old, new))
    return [
        (path, one.get(path), other.get(path)) for path in sorted(one.keys() | other.keys()) if one.get(path) != other.get(path)
    ]


def _flat(tree: Mapping[str, Any], above: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in tree.items():
        path = f"{above}.{name}" if above else name
        found.update(_flat(cast("dict[str, Any]", value), path) if isinstance(value, dict) else {path: value})
    return found


def check(old: Policy, new: Policy) -> None:
    """Raises InvalidInputError for a change that what is on record can't follow: another store, filled anew, can."""
    for name, space in old.namespaces.items():
        now = new.namespaces.get(name) or Namespace()
        changed = [rule for rule in _KEYED if getattr(now, rule) != getattr(space, rule)]
        if changed:
            raise InvalidInputError(f"namespaces.{name}: {', '.join(changed)} can't change: keys on record were made by it")
        if now.kind != space.kind and Kind.ATTRIBUTE in (now.kind, space.kind):
            raise InvalidInputError(f"namespaces.{name}: kind can't change to or from attribute, which has no root-ID")
    if new.region != old.region and any(space.normalise == "phone" for space in old.namespaces.values()):
        raise InvalidInputError("region can't change: keys of phone numbers on record were made by it")
    gone = old.purposes.keys() - new.purposes.keys()
    if gone:
        raise InvalidInputError(f"purposes.{min(gone)}: a purpose that root-IDs were given for can't be taken away")


def _spaces(old: Policy, new: Policy, rules: tuple[str, ...]) -> bool:
    """Whether namespaces differ in any of these rules."""
    names = old.namespaces.keys() | new.namespaces.keys()
    return any(getattr(old.space(name), rule) != getattr(new.space(name), rule) for name in names for rule in rules)


def folds_anew(old: Policy, new: Policy) -> bool:
    """Whether evidence has to tell single visits apart that were folded before."""
    return (old.session_window is None and new.session_window is not None) or _spaces(old, new, ("kind",))


def resolves_anew(old: Policy, new: Policy) -> bool:
    """Whether anybody on record may be another person by it."""
    return any(getattr(old, rule) != getattr(new, rule) for rule in _OF_ALL) or _spaces(old, new, _RESOLVING)


async def begin(tx: Writing, keyring: Keyring, old: Policy, new: Policy, now: int) -> None:
    """Put another policy on record in the place of `old`, and say what has to follow it. Raises InvalidInputError."""
    check(old, new)
    clock, stamp = await tx.clock()
    under_way = await tx.changing()
    await tx.adopt(keyring.fingerprint, new.version, new.model_dump_json(), max(now, clock))
    if await tx.newest() and (under_way is not None or resolves_anew(old, new)):
        folding = folds_anew(old, new) or (under_way is not None and under_way.folding)
        everybody = under_way.everybody if under_way else next(iter(old.purposes))
        await tx.change(Changing(folding, 0, everybody))
    await tx.tick(max(now, clock), stamp + 1)
    await Chain(keyring).enter(tx, max(now, clock), "adopt policy", {"namespaces": len(new.namespaces)})


async def step(tx: Writing, keyring: Keyring, policy: Policy, now: int, most: int = STEP) -> Tally | None:
    """Follow the policy on record, which is `policy`, for the next identifiers; None where there is nothing to follow."""
    changing = await tx.changing()
    if changing is None:
        return None
    clock, stamp = await tx.clock()
    write = Write(tx, policy, max(now, clock), max(now, stamp + 1), changing)
    await write.refresh_places()
    newest = await tx.newest()
    upto = min(changing.upto + most, newest)
    members = await write.known(np.arange(changing.upto + 1, upto + 1, dtype=np.int64))
    tally = Tally()
    if len(members) and changing.folding:
        await refold(write, members)
    elif len(members):
        tally = await restate(write, members)
    if upto < newest:
        await tx.change(Changing(changing.folding, upto, changing.everybody))
    else:
        await tx.change(Changing(False, 0, changing.everybody) if changing.folding else None)
    await tx.tick(write.now, int(write.stamps(1)[0]))
    counts = {"merges": tally.merges, "splits": tally.splits, "moves": tally.moves, "identifiers": len(members)}
    await Chain(keyring).enter(tx, write.now, "follow policy", counts)
    return tally
