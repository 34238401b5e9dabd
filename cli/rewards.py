"""`rootid referrers rewards`: who may be rewarded, or was, two levels up at most, as rows that prove it. Holds no rule."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import numpy as np
import polars as pl
import typer

from cli.fission import save
from cli.output import complain, result, write_json
from cli.referrers import Purpose
from cli.session import session
from graph import ownids
from graph.errors import InvalidInputError
from graph.network import Network
from graph.service import Service
from graph.tables import Ints
from intake.edge_lists import read_payments

if TYPE_CHECKING:
    from algorithms.rewards import Proof

COLUMNS: Final[tuple[str, ...]] = ("beneficiary", "referee", "level", "between", "referral")


def rewards(
    context: typer.Context,
    purpose: Purpose = None,
    paid: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What was paid: a row a reward, with the columns beneficiary and referee.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where the rows go, as CSV.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The rows as JSON.")] = False,
) -> None:
    """List which rewards may be due by what is on record now, or check those that were paid: none reaches beyond two levels.

    A row a reward: who gets it and for whom (own ids), how many levels the one is above the other, who is between them on the
    second level, and the number of the referral. Paying for people below that is a pyramid scheme in China.

    The file of --paid names people by any identifier (member:M-1) and may tell `level` and `amount` of each. A reward is beyond
    where its beneficiary is not one or two levels above its referee. Exit code: 1 where any is beyond, or was paid as of
    another level.
    """
    if out is not None and (out.is_dir() or not out.parent.is_dir()):
        raise InvalidInputError(f"{out}: can't be written ({'it is a directory' if out.is_dir() else 'no such directory'})")
    told = None if paid is None else read_payments(paid)

    async def ask(service: Service) -> dict[str, Any]:
        network = await service.fission.network(purpose)
        if told is None:
            return proved(network)
        names = (told[end].to_list() for end in told.columns[:2])
        return checked(network, told, [await service.fission.places(network, some) for some in names])

    found = session(context).with_service(ask)
    if out is not None:
        save(_csv(found["rewards"]), out)
        complain(f"the rows are in {out}")
    if as_json:
        write_json(found)
    else:
        result().print(_said(found))
    if not found["holds"]:
        raise typer.Exit(1)


def _said(found: dict[str, Any]) -> str:
    first, second = found["by_level"]
    many, verb = f"{first + second + found['beyond']:,}", "may be due" if "amount" not in found else "were paid"
    said = f"{many} rewards {verb}, {first:,} on the first level and {second:,} on the second; {found['beyond']:,} beyond."
    if "amount" not in found:
        return said
    amounts = f" {found['amount']:,.2f} in all, {found['amount_beyond']:,.2f} of it beyond."
    return f"{said}{amounts} {found['other_level']:,} were paid as of another level."


def checked(network: Network, told: pl.DataFrame, ends: Sequence[Ints]) -> dict[str, Any]:
    """Rewards that were paid between people of a network, each with its proof, by own ids."""
    from algorithms.projection import project  # noqa: PLC0415 - numba takes half a second to load, which most commands don't need
    from algorithms.rewards import proof_of_paid  # noqa: PLC0415 - loaded only where it is used
    from algorithms.scoring import RULES  # noqa: PLC0415 - loaded only where it is used
    from algorithms.told import rows_of  # noqa: PLC0415 - loaded only where it is used

    found = _plain(network, ends, proof_of_paid(project(rows_of(network), RULES), *(end.astype(np.int32) for end in ends)))
    levels, amounts = (told[name].to_list() if name in told.columns else [None] * len(told) for name in ("level", "amount"))
    for row, level, amount in zip(found["rewards"], levels, amounts, strict=True):
        row |= {"paid_level": level, "amount": amount}
    other = sum(row["paid_level"] not in (None, row["level"]) for row in found["rewards"])
    return {
        **found,
        "holds": found["holds"] and not other,
        "other_level": other,
        "amount": sum(row["amount"] or 0.0 for row in found["rewards"]),
        "amount_beyond": sum(row["amount"] or 0.0 for row in found["rewards"] if row["level"] not in (1, 2)),
    }


def proved(network: Network) -> dict[str, Any]:
    """The rewards that may be due in a network, each with its proof, by own ids."""
    from algorithms.projection import project  # noqa: PLC0415 - numba takes half a second to load, which most commands don't need
    from algorithms.rewards import due, proof  # noqa: PLC0415 - loaded only where it is used
    from algorithms.scoring import RULES  # noqa: PLC0415 - loaded only where it is used
    from algorithms.told import rows_of  # noqa: PLC0415 - loaded only where it is used

    projection = project(rows_of(network), RULES)
    wanted = due(projection)
    return _plain(network, (wanted.beneficiary, wanted.referee), proof(projection, wanted.beneficiary, wanted.row))


def _plain(network: Network, ends: Sequence[Any], found: "Proof") -> dict[str, Any]:
    """A proof by own ids; the level is null where the beneficiary is not above the referee."""
    own: list[str | None] = [*(ownids.text(one) for one in ownids.to_bytes(network.own)), None]  # the last one is nobody's
    of = [*network.referrals.of.tolist(), None]
    levels = found.rewards.level
    columns: list[list[int]] = [column.tolist() for column in (*ends, levels, found.between, found.rewards.row)]
    return {
        "purpose": network.purpose,
        "holds": found.holds,
        "beyond": found.beyond,
        "by_level": [int((levels == level).sum()) for level in (1, 2)],
        "rewards": [
            {
                "beneficiary": own[one],
                "referee": own[other],
                "level": level if level > 0 else None,
                "between": own[between],
                "referral": of[row],
            }
            for one, other, level, between, row in zip(*columns, strict=True)
        ],
    }


def _csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    sheet = csv.writer(text, lineterminator="\n")
    columns = list(rows[0]) if rows else COLUMNS
    sheet.writerow(columns)
    sheet.writerows([row[name] for name in columns] for row in rows)
    return text.getvalue()
