"""Moves everything on record from one store to another, own ids and change feed included: as lines of JSON. Holds no rule."""

from collections.abc import AsyncIterator, Iterable
from itertools import groupby, islice
from typing import Any, Final, cast

import orjson

from graph.errors import InvalidInputError, StoreBusyError, StoreMismatchError
from graph.stores.moved import KINDS, UNFINISHED
from graph.stores.protocol import Store

FORMAT: Final = 1
_CHUNK: Final = 10_000
"""Rows in one transaction."""


async def lines(store: Store) -> AsyncIterator[bytes]:
    """A header, a line for each row, and a last line with their number: the state of one moment.

    Raises StoreBusyError while the store is being re-keyed.
    """
    yield _line(["rootid", FORMAT])
    count = 0
    async with store.reading() as reading:
        if (await reading.standing()).following is not None:
            raise StoreBusyError("the store is being re-keyed: run 'rootid rekey' to its end first")
        for kind in KINDS:
            async for row in reading.dump(kind):
                yield _line([kind, row])
                count += 1
    yield _line(["end", count])


def _line(value: list[Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS)


async def restore(store: Store, told: Iterable[bytes]) -> AsyncIterator[int]:
    """Put lines on record in a new store; yields how many rows were done so far.

    Raises StoreMismatchError where the store is not new, InvalidInputError for lines that are none of ours or end early: the
    store can't be opened then, and is to be emptied.
    """
    read = iter(told)
    if _read(next(read, b"")) != ["rootid", FORMAT]:
        raise InvalidInputError("not a backup that this rootid can read")
    async with store.writing() as tx:
        if await tx.charter("") is not None or await tx.clock() != (0, 0):
            raise StoreMismatchError("the store is not new: restore into one that nothing was recorded in")
        await tx.restore("store", [{"clock": 0, "stamp": 0, "fingerprint": UNFINISHED, "policy": None, "seal": None}])
    count, last, standing = 0, None, None
    while chunk := [_read(line) for line in islice(read, _CHUNK)]:
        if last is not None:
            raise InvalidInputError("the backup goes on after its end")
        if chunk[-1][0] == "end":
            last = chunk.pop()[1]
        async with store.writing() as tx:
            for kind, rows in groupby(chunk, key=lambda pair: pair[0]):
                if kind not in KINDS:
                    raise InvalidInputError("a line of the backup is of no kind that this rootid knows")
                if kind == "store":
                    standing = [row for _, row in rows]
                else:
                    await tx.restore(kind, [row for _, row in rows])
        count += len(chunk)
        yield count
    if last != count or not standing:
        raise InvalidInputError("the backup ends early: rows are missing")
    async with store.writing() as tx:
        await tx.restore("store", standing)


def _read(line: bytes) -> list[Any]:
    try:
        found: Any = orjson.loads(line)
    except orjson.JSONDecodeError:
        found = None
    if isinstance(found, list) and len(pair := cast("list[Any]", found)) == 2:
        return pair
    raise InvalidInputError("a line of the backup can't be read")
