"""Turns a record of commits into sightings: `python -m examples.commits.prepare EVENTS.csv.gz OUT.csv`. Judges nobody.

The input has a row for each time that a commit names somebody: `ts` (Unix seconds), `name`, `email` and `role`. The output
has the columns that `rootid import` reads: `at`, `source` (the role), `event_id`, `weight`, `email`, `name`, `short_name`.
"""

import argparse
import sys
from pathlib import Path
from typing import Final

import polars as pl

FIRST_HAND: Final = ("author", "committer", "signed-off-by")
"""Written by the person's own configuration of git. The other trailers were typed by somebody else, about somebody."""

HEARSAY: Final = 0.5
"""Weight of a sighting that is not first hand; the policy says whether it counts."""

_COLUMNS: Final = ("at", "source", "event_id", "weight", "email", "name", "short_name")


def sightings(events: pl.DataFrame) -> pl.DataFrame:
    """Sightings of a record of commits: every row of it, then one for each commit that its author signed off by another name.

    `short_name` are the first and the last word of a name of several words, since people leave their middle names away.
    """
    words = pl.col("name").str.split(" ")
    numbered = events.with_row_index("row", offset=2)
    rows = numbered.select(
        "row",
        at=pl.from_epoch(pl.col("ts"), "s").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        source="role",
        event_id=pl.format("line-{}", "row"),
        weight=pl.when(pl.col("role").is_in(FIRST_HAND)).then(1.0).otherwise(HEARSAY),
        email="email",
        name="name",
        short_name=pl.when(words.list.len() > 1).then(pl.format("{} {}", words.list.first(), words.list.last())),
    )
    signed = _signed(numbered)
    return pl.concat([rows.select(_COLUMNS), signed.select(_COLUMNS)])


def _signed(numbered: pl.DataFrame) -> pl.DataFrame:
    """The author's e-mail with the signer's name, where a commit has one author and one sign-off that isn't its committer's.

    A sign-off declares that one may pass the work on; an author signs first, and who commits for others signs after. Rows of
    one commit have one time.
    """
    first_hand = numbered.filter(pl.col("role").is_in(FIRST_HAND))
    by_role = {role: first_hand.filter(pl.col("role") == role) for role in FIRST_HAND}
    signer = by_role["signed-off-by"].join(by_role["committer"], on=["ts", "email"], how="anti")
    signer = signer.unique(["ts", "email"], keep="first", maintain_order=True).filter(pl.len().over("ts") == 1)
    author = by_role["author"].unique(["ts", "email"], keep="first", maintain_order=True).filter(pl.len().over("ts") == 1)
    other = signer.join(author.select("ts", author="email"), on="ts").filter(pl.col("author") != pl.col("email"))
    return other.sort("row").select(
        at=pl.from_epoch(pl.col("ts"), "s").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        source=pl.lit("sign-off"),
        event_id=pl.format("line-{}", "row"),
        weight=pl.lit(1.0),
        email="author",
        name="name",
        short_name=pl.lit(None, pl.String),
    )


def main(arguments: list[str] | None = None) -> int:
    """The command line; answers the exit code."""
    parser = argparse.ArgumentParser(prog="python -m examples.commits.prepare", description="Turn commits into sightings.")
    parser.add_argument("events", type=Path, metavar="EVENTS.csv.gz")
    parser.add_argument("out", type=Path, metavar="OUT.csv")
    given = parser.parse_args(arguments)
    try:
        events = pl.read_csv(given.events, schema_overrides={"ts": pl.Int64, "name": pl.String, "email": pl.String})
        table = sightings(events)
        table.write_csv(given.out)
    except (OSError, pl.exceptions.PolarsError) as error:
        sys.stderr.write(f"{given.events}: {str(error).splitlines()[0]}\n")
        return 2
    sys.stdout.write(f"{table.height} sightings, {table.height - events.height} of them by sign-off\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
