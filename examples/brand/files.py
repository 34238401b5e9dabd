"""Writing the invented world: the same world makes the same bytes. Must not draw anything but how a value is spelled."""

import gzip
import json
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, cast

import numpy as np
import polars as pl

from examples.brand.consents import Backing, Consents, consent_id
from examples.brand.identifiers import FORMS, HASHED, HEADERS, Ints, in_other_forms, is_junk, name, written
from examples.brand.people import END, OWNED, People
from examples.brand.purchases import PROGRAMME, Purchases
from examples.brand.referrals import CAMPAIGNS, CHANNELS, STATUSES, Referrals
from examples.brand.visits import KINDS, Rows, seen

_CHUNK: Final = 200_000
_LEVEL: Final = 3
"""Of compression: files are made to be read soon."""


def write_sightings(
    path: Path, rng: np.random.Generator, people: People, rows: Rows, backing: Backing, shift: int
) -> dict[str, int]:
    """Write every row as a sighting, `shift` seconds later than it was drawn.

    Answers in how many rows a phone or e-mail is spelled otherwise than usual.
    """
    sources = pl.Series([kind.source for kind in KINDS.values()])
    spelled = dict.fromkeys(FORMS, 0)
    with _packed(path) as file:
        for start in range(0, max(1, len(rows)), _CHUNK):
            part = slice(start, start + _CHUNK)
            source = sources.gather(rows.kind[part])
            store = pl.Series(people.store[rows.person[part]]) + 1
            columns: dict[str, pl.Series] = {
                "at": _times(rows.at[part], shift),
                "source": _source(source, store),
                "event_id": _numbered("e", np.arange(len(rows.at[part])) + start + 1, 8),
                "session": _numbered("s", rows.session[part] + 1, 6, none=0),
                "consent": _numbered("c-", backing.consent[part] + 1, 6, none=0),
                "basis": pl.Series(
                    ["contract" if contract else None for contract in backing.contract[part].tolist()], dtype=pl.String
                ),
            }
            for header in HEADERS:
                values = _values(header, rows.cells[header][part])
                if header in FORMS:
                    forms = _forms(rng, header, rows.cells[header][part])
                    spelled[header] += int((forms > 0).sum())
                    values = in_other_forms(header, values, forms)
                columns[header] = values
            pl.DataFrame(columns).write_csv(file, include_header=start == 0)
    return spelled


def _source(source: pl.Series, store: pl.Series) -> pl.Series:
    numbered = pl.concat_str(pl.lit("store-"), pl.col("store").cast(pl.String).str.zfill(2))
    chosen = pl.when(pl.col("source") == "store").then(numbered).otherwise(pl.col("source"))
    return pl.DataFrame({"source": source, "store": store}).select(chosen.alias("source"))["source"]


def _forms(rng: np.random.Generator, header: str, numbers: Ints) -> Ints:
    """Most values as usual, junk always, the rest in any other form."""
    other = (rng.random(len(numbers)) < 0.35) & (numbers >= 0) & ~is_junk(numbers)
    return np.where(other, rng.integers(1, FORMS[header], len(numbers)), 0)


def _values(header: str, numbers: Ints) -> pl.Series:
    """Values of a column, null where there is none."""
    there = np.flatnonzero(numbers >= 0)
    distinct, code = np.unique(numbers[there], return_inverse=True)
    place = np.full(len(numbers), -1, np.int64)
    place[there] = code
    values = pl.concat([written(header, distinct), pl.Series([None], dtype=pl.String)])
    return values.gather(np.where(place >= 0, place, len(distinct)))


def _times(at: Ints, shift: int) -> pl.Series:
    return pl.from_epoch(pl.Series(at + shift), "s").dt.strftime("%Y-%m-%dT%H:%M:%SZ")


def _numbered(prefix: str, numbers: Ints, width: int, none: int | None = None) -> pl.Series:
    text = pl.concat_str(pl.lit(prefix), pl.col("n").cast(pl.String).str.zfill(width))
    shown = text if none is None else pl.when(pl.col("n") != none).then(text)
    return pl.DataFrame({"n": numbers}).select(shown.alias("text"))["text"]


def _names(ends: list[tuple[str, int]]) -> list[str]:
    """Identifiers as text, those of one column at once."""
    texts = [""] * len(ends)
    by_header: dict[str, list[int]] = {}
    for place, (header, _) in enumerate(ends):
        by_header.setdefault(header, []).append(place)
    for header, places in by_header.items():
        values = _values(header, np.array([ends[place][1] for place in places], np.int64)).to_list()
        for place, value in zip(places, values, strict=True):
            texts[place] = name(header, value)
    return texts


def write_consents(granted: Path, withdrawn: Path, consents: Consents, shift: int) -> int:
    """Write the consents, and beside them what was taken back; answers how many withdrawals there are."""
    subjects: list[str] = _names(consents.subject)
    at, expires = _times(consents.at, shift).to_list(), _times(consents.expires, shift).to_list()
    limited = (consents.expires != END).tolist()
    _write_lines(
        granted,
        (consents.event(n, at[n], subjects[n], expires[n] if limited[n] else None) for n in range(len(consents))),
    )
    ended = np.flatnonzero(consents.withdrawn < END)
    ended = ended[np.argsort(consents.withdrawn[ended], kind="stable")]
    when = _times(consents.withdrawn[ended], shift).to_list()
    lines: list[dict[str, Any]] = []
    for n, moment in zip(ended.tolist(), when, strict=True):
        what: dict[str, str] | str = (
            {"subject": subjects[n], "purpose": "marketing"} if consents.only_marketing_withdrawn[n] else consent_id(n)
        )
        lines.append({"withdraw": what, "at": moment})
    _write_lines(withdrawn, lines)
    return len(lines)


def write_referrals(path: Path, referrals: Referrals, shift: int) -> None:
    """Write the referrals; each referrer has one code."""
    value = pl.DataFrame({"fen": referrals.value}).select(
        pl.when(pl.col("fen") >= 0).then((pl.col("fen") / 100).round(2).cast(pl.String)).alias("value")
    )["value"]
    frame = pl.DataFrame(
        {
            "referrer": _names(referrals.referrer),
            "referee": _names(referrals.referee),
            "at": _times(referrals.at, shift),
            "campaign": pl.Series(CAMPAIGNS).gather(referrals.campaign),
            "channel": pl.Series(CHANNELS).gather(referrals.channel),
            "code": _numbered("R", referrals.by + 1, 7),
            "status": pl.Series(STATUSES).gather(referrals.status),
            "value": value,
        }
    )
    with _packed(path) as file:
        frame.write_csv(file)


def write_purchases(bought: Path, recruited: Path, purchases: Purchases, referrals: Referrals, shift: int) -> None:
    """Write the orders, with what was refunded of them, and who was recruited when."""
    back = purchases.refunded_at >= 0
    yuan = pl.Series(purchases.amount / 100).round(2).cast(pl.String)
    refunded = pl.DataFrame({"back": back, "yuan": yuan, "at": _times(purchases.refunded_at, shift)})
    pl.DataFrame(
        {
            "order": _numbered("o", np.arange(len(purchases)) + 1, 7),
            "subject": _names(purchases.subject),
            "at": _times(purchases.at, shift),
            "amount": yuan,
            "campaign": pl.Series(CAMPAIGNS).gather(purchases.campaign),
            "refunded": refunded.select(pl.when("back").then("yuan").alias("r"))["r"],
            "refunded_at": refunded.select(pl.when("back").then("at").alias("r"))["r"],
        }
    ).write_csv(bought)
    rows = purchases.recruited
    names = _names([referrals.referrer[row] for row in rows.tolist()])
    programme = [PROGRAMME] * len(rows)
    pl.DataFrame({"recruit": names, "programme": programme, "at": _times(referrals.at[rows], shift)}).write_csv(recruited)


def write_truth(path: Path, people: People, rows: Rows) -> int:
    """Write whose each identifier is, where it is one person's and some row shows it; answers how many there are.

    A value that is shown in clear and as a hash stands here once, in clear; one shown as a hash only, as the hash.
    """
    frames: list[pl.DataFrame] = []
    for header in (*OWNED, *HASHED):
        numbers = seen(rows, header)
        if header in HASHED:
            numbers = np.setdiff1d(numbers, seen(rows, HASHED[header]))
        owner = people.owner[HASHED.get(header, header)][numbers]
        numbers, owner = numbers[owner >= 0], owner[owner >= 0]
        texts = [name(header, value) for value in written(header, numbers).to_list()]
        frames.append(pl.DataFrame({"identifier": pl.Series(texts, dtype=pl.String), "person": _numbered("p", owner + 1, 7)}))
    truth = pl.concat(frames)
    with _packed(path) as file:
        truth.write_csv(file)
    return truth.height


def write_world(path: Path, world: dict[str, Any]) -> None:
    """Write what was made, as counts."""
    path.write_text(json.dumps(world, indent=2) + "\n", encoding="utf-8")


def _write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


@contextmanager
def _packed(path: Path) -> Generator[IO[bytes]]:
    """A gzip file without name and time in its header, so that equal content makes equal bytes."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", _LEVEL, raw, 0) as packed:
        yield cast("IO[bytes]", packed)
