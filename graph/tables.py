"""Sightings in columns: raw as they come from a file, and read as the write path takes them. Must not know any store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph.errors import RootidError
from graph.keys import Keyring, content_digest
from graph.policy import Policy, undeclared

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

Place = tuple[str, str]
"""Namespace and scope."""

_BLOCKED = -1

MOST_IDENTIFIERS = 64
"""Per sighting; a sighting of k identifiers makes k(k-1)/2 links."""


@dataclass(slots=True)
class IdentifierColumn:
    """Raw values of one namespace and scope: `values[i]` was named by the sighting with index `rows[i]`."""

    namespace: str
    scope: str
    rows: Ints
    values: pl.Series


@dataclass(slots=True)
class SightingTable:
    """Raw sightings in columns, before the policy looks at them. `lines` are places in the file, for messages."""

    lines: Ints
    at: Ints
    source: pl.Series
    event_id: pl.Series | None = None
    session: pl.Series | None = None
    consent: pl.Series | None = None
    basis: pl.Series | None = None
    weight: Floats | None = None
    identifiers: list[IdentifierColumn] = field(default_factory=list[IdentifierColumn])

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was refused whole: where it stood and why. Never holds a value."""

    line: int
    code: str
    message: str


@dataclass(slots=True)
class Batch:
    """Sightings read by the policy. Row r named the identifier `mention_of[i]` for each i with `mention_row[i] == r`.

    Identifier n has the key `keys[n]`, the namespace and scope `places[place[n]]`, and people see `shown[n]` of it: the mask
    and, where it is kept, the clear value. Mentions stand in the order of rows and, within one row, in the order written;
    none is there twice.
    """

    lines: Ints
    at: Ints
    source: list[str]
    event_id: list[str]
    session: list[str | None]
    consent: list[str | None]
    basis: list[str | None]
    weight: Floats
    keys: list[bytes]
    places: list[Place]
    place: Ints
    shown: list[tuple[str, str | None]]
    mention_row: Ints
    mention_of: Ints
    rejections: list[Rejection]
    blocked: dict[str, int]
    parked: dict[str, int]
    junk_rows: Ints
    """Row of each blocked value, for counting them per event."""

    def __len__(self) -> int:
        return len(self.lines)

    def keep(self, rows: Bools) -> "Batch":
        """The batch without the rows that `rows` says False of; identifiers that are named no more stay listed."""
        if rows.all():
            return self
        renumbered = np.cumsum(rows) - 1
        kept = rows[self.mention_row]
        pick = np.flatnonzero(rows).tolist()
        return replace(
            self,
            lines=self.lines[rows],
            at=self.at[rows],
            source=[self.source[i] for i in pick],
            event_id=[self.event_id[i] for i in pick],
            session=[self.session[i] for i in pick],
            consent=[self.consent[i] for i in pick],
            basis=[self.basis[i] for i in pick],
            weight=self.weight[rows],
            mention_row=renumbered[self.mention_row[kept]],
            mention_of=self.mention_of[kept],
        )


class _Reading:
    """One reading of a table under way: unique values go through the policy once each."""

    def __init__(self, policy: Policy, keyring: Keyring) -> None:
        self.policy, self.keyring = policy, keyring
        self.keys = list[bytes]()
        self.shown: list[tuple[str, str | None]] = []
        self.place: list[int] = []
        self.places = dict[Place, int]()
        self.index: dict[bytes, int] = {}
        self.errors: dict[int, tuple[str, str]] = {}
        self.blocked: dict[str, int] = {}
        self.parked: dict[str, int] = {}
        self.junk: list[Ints] = []

    def column(self, column: IdentifierColumn) -> tuple[Ints, Ints]:
        """Rows and identifier numbers of the good values; bad ones mark their rows."""
        if column.namespace not in self.policy.namespaces:
            return self._undeclared(column)
        found, problems = self._numbers(column)
        blocked = found == _BLOCKED
        if blocked.any():
            self.blocked[column.namespace] = self.blocked.get(column.namespace, 0) + int(blocked.sum())
            self.junk.append(column.rows[blocked])
        for position in np.flatnonzero(found < _BLOCKED).tolist():
            error = problems[int(found[position])]
            self.errors.setdefault(int(column.rows[position]), (error.code, error.message))
        good = found >= 0
        return column.rows[good], found[good]

    def _undeclared(self, column: IdentifierColumn) -> tuple[Ints, Ints]:
        if self.policy.undeclared == "park":
            self.parked[column.namespace] = self.parked.get(column.namespace, 0) + len(column.values)
        else:
            text = undeclared(column.namespace)
            self.errors.update((row, ("undeclared_namespace", text)) for row in column.rows.tolist())
        return np.empty(0, np.int64), np.empty(0, np.int64)

    def _numbers(self, column: IdentifierColumn) -> tuple[Ints, dict[int, RootidError]]:
        """For each value the number of its identifier, _BLOCKED, or a number below that tells its error."""
        home = self.policy.home(column.namespace), column.scope
        place = self.places.setdefault(home, len(self.places))
        read, key_of, show = self.policy.reader(column.namespace), self.keyring.maker(*home), self.policy.shower(home[0])
        index, keys, shown, places = self.index, self.keys, self.shown, self.place
        problems: dict[int, RootidError] = {}
        values: list[str] = column.values.to_list()
        numbers = dict.fromkeys(values, _BLOCKED)
        for value in numbers:
            try:
                found = read(value)
            except RootidError as error:
                numbers[value] = number = _BLOCKED - 1 - len(problems)
                problems[number] = error
                continue
            if found is None:
                continue
            key = key_of(found[0])
            number = index.get(key)
            if number is None:
                index[key] = number = len(keys)
                keys.append(key)
                shown.append(show(*found))
                places.append(place)
            numbers[value] = number
        return np.array(list(map(numbers.__getitem__, values)), np.int64), problems


def read_table(table: SightingTable, policy: Policy, keyring: Keyring, latest: int) -> Batch:
    """Normalise, validate and key a table. Rows that can't go in are in `rejections`, and not in the batch.

    `latest` is the last event time that is not in the future.
    """
    reading = _Reading(policy, keyring)
    rows: list[Ints] = []
    numbers: list[Ints] = []
    positions: list[Ints] = []
    for position, column in enumerate(table.identifiers):
        in_rows, found = reading.column(column)
        rows.append(in_rows)
        numbers.append(found)
        positions.append(np.full(len(found), position, np.int64))
    row, number, position = (np.concatenate([*part, np.empty(0, np.int64)]) for part in (rows, numbers, positions))
    row, number = _distinct_mentions(row, number, position)
    errors = reading.errors
    for bad in np.flatnonzero(table.at > latest).tolist():
        errors.setdefault(bad, ("future_time", "the event time lies in the future"))
    _contradictions(reading, row, number, errors)
    for crowded in np.flatnonzero(np.bincount(row, minlength=len(table)) > MOST_IDENTIFIERS).tolist():
        errors.setdefault(crowded, ("invalid_input", f"more than {MOST_IDENTIFIERS} identifiers in one sighting"))
    batch = Batch(
        table.lines,
        table.at,
        table.source.to_list(),
        _event_ids(table, reading, row, number),
        _texts(table.session, len(table)),
        _texts(table.consent, len(table)),
        _texts(table.basis, len(table)),
        table.weight if table.weight is not None else np.ones(len(table)),
        reading.keys,
        list(reading.places),
        np.array(reading.place, np.int64),
        reading.shown,
        row,
        number,
        [Rejection(int(table.lines[bad]), *errors[bad]) for bad in sorted(errors)],
        reading.blocked,
        reading.parked,
        np.concatenate([*reading.junk, np.empty(0, np.int64)]),
    )
    if not errors:
        return batch
    good = np.ones(len(table), np.bool_)
    good[list(errors)] = False
    return batch.keep(good)


def _distinct_mentions(row: Ints, number: Ints, position: Ints) -> tuple[Ints, Ints]:
    """Each identifier once per row, at its first position, ordered by row and position."""
    order = np.lexsort((position, number, row))
    row, number, position = row[order], number[order], position[order]
    first = np.ones(len(row), np.bool_)
    first[1:] = (row[1:] != row[:-1]) | (number[1:] != number[:-1])
    row, number, position = row[first], number[first], position[first]
    order = np.lexsort((position, row))
    return row[order], number[order]


def _contradictions(reading: _Reading, row: Ints, number: Ints, errors: dict[int, tuple[str, str]]) -> None:
    """Mark rows with two values of one unique namespace and scope."""
    names = list(reading.places)
    unique = np.array([reading.policy.space(namespace).unique for namespace, _ in names], np.bool_)
    if not unique.any():
        return
    of = np.array(reading.place, np.int64)[number]
    counted = unique[of]
    code = row[counted] * len(names) + of[counted]
    code.sort()
    clashes: list[int] = np.unique(code[1:][code[1:] == code[:-1]]).tolist()
    for clash in clashes:
        namespace, scope = names[clash % len(names)]
        text = f"two values of the unique namespace {namespace}{'@' + scope if scope else ''} in one sighting"
        errors.setdefault(clash // len(names), ("contradiction", text))


def _texts(column: pl.Series | None, length: int) -> list[str | None]:
    return [None] * length if column is None else [text or None for text in column.to_list()]


def _event_ids(table: SightingTable, reading: _Reading, row: Ints, number: Ints) -> list[str]:
    """Given ids; for rows without one a digest of the row's content, so that equal content is the same event."""
    given = _texts(table.event_id, len(table))
    missing = [index for index, name in enumerate(given) if name is None]
    if not missing:
        return [name or "" for name in given]
    rest = [_texts(column, len(table)) for column in (table.session, table.consent, table.basis)]
    starts: list[int] = np.searchsorted(row, np.arange(len(table) + 1)).tolist()
    numbers: list[int] = number.tolist()
    keys, at = reading.keys, table.at.tolist()
    weight = table.weight.tolist() if table.weight is not None else None
    for index in missing:
        named = sorted(keys[n].hex() for n in numbers[starts[index] : starts[index + 1]])
        content = [str(at[index]), *named, *(str(column[index]) for column in rest), str(weight[index] if weight else 1.0)]
        given[index] = content_digest("|".join(content))
    return [name or "" for name in given]


SightingRow = tuple[int, int, str, str | None, str | None, str | None, str | None, float]
"""Line, at, source, event id, session, consent, basis, weight."""


def table_of(
    rows: Sequence[SightingRow],
    named: Sequence[Sequence[tuple[str, str, str]]],
) -> SightingTable:
    """A table of a few sightings, and the names (namespace, scope, raw value) of each."""
    columns: dict[tuple[str, str, int], tuple[list[int], list[str]]] = {}
    for row, names in enumerate(named):
        for position, (namespace, scope, raw) in enumerate(names):
            in_rows, values = columns.setdefault((namespace, scope, position), ([], []))
            in_rows.append(row)
            values.append(raw)
    ordered = sorted(columns.items(), key=lambda item: item[0][2])

    def texts(column: Callable[[SightingRow], str | None]) -> pl.Series:
        return pl.Series([column(row) for row in rows], dtype=pl.String)

    return SightingTable(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64),
        texts(lambda row: row[2]),
        texts(lambda row: row[3]),
        texts(lambda row: row[4]),
        texts(lambda row: row[5]),
        texts(lambda row: row[6]),
        np.array([row[7] for row in rows], np.float64),
        [
            IdentifierColumn(namespace, scope, np.array(in_rows, np.int64), pl.Series(values, dtype=pl.String))
            for (namespace, scope, _), (in_rows, values) in ordered
        ],
    )
