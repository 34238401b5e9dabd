"""Puts a store under another policy: all parts are resolved anew in one transaction, which happens whole or not at all."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from graph import ownids
from graph.audit import Chain
from graph.errors import InvalidInputError
from graph.keys import Keyring
from graph.policy import Namespace, Policy
from graph.stores.columns import Members
from graph.stores.protocol import Writing
from graph.writing import Tally, Write

_FIXED = ("kind", "normalise", "hash_of")
"""Rules of a namespace that evidence and keys on record were made by."""


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
        now = new.namespaces.get(name)
        changed = [rule for rule in _FIXED if getattr(now or Namespace(), rule) != getattr(space, rule)]
        if changed:
            raise InvalidInputError(f"namespaces.{name}: {', '.join(changed)} can't change under what is on record")
    gone = old.purposes.keys() - new.purposes.keys()
    if gone:
        raise InvalidInputError(f"purposes.{min(gone)}: a purpose that root-IDs were given for can't be taken away")
    if old.session_window is None and new.session_window is not None:
        raise InvalidInputError("session_window can't be switched on: evidence on record doesn't tell single visits apart")


async def readopt(tx: Writing, keyring: Keyring, old: Policy, new: Policy, now: int) -> Tally:
    """Resolve everything under another policy, write the difference, and put the policy on record. Raises InvalidInputError."""
    check(old, new)
    clock, stamp = await tx.clock()
    now = max(now, clock)
    write = Write(tx, new, now, max(now, stamp + 1))
    await write.refresh_places()
    everybody = await tx.members(next(iter(old.purposes)), np.sort(await tx.everybody()))
    entering = [purpose for purpose in new.purposes if purpose not in old.purposes]
    for purpose in entering:
        stamps = write.stamps(len(everybody))
        own = ownids.mint(stamps, np.zeros(len(everybody), np.int64))
        write.entering[purpose] = Members.fresh(everybody.ids, everybody.place, own)
    await write.afresh(everybody)
    tally = await write.settle("policy")
    await tx.adopt(keyring.fingerprint, new.version, new.model_dump_json(), now)
    await tx.tick(now, int(write.stamps(1)[0]))
    counts = {"merges": tally.merges, "splits": tally.splits, "moves": tally.moves}
    await Chain(keyring).enter(tx, now, "adopt policy", counts)
    return tally
