"""`rootid referrers rewards`: who may be rewarded for whom, two levels up at most, as rows that prove it. Holds no rule."""

import csv
import io
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cli.fission import save
from cli.output import complain, result, write_json
from cli.referrers import Purpose
from cli.session import session
from graph import ownids
from graph.errors import InvalidInputError
from graph.network import Network
from graph.service import Service

COLUMNS: Final[tuple[str, ...]] = ("beneficiary", "referee", "level", "between", "referral")


def rewards(
    context: typer.Context,
    purpose: Purpose = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where the rows go, as CSV.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The rows as JSON.")] = False,
) -> None:
    """List which rewards may be due by what is on record now, and prove that none reaches beyond two levels.

    A row a reward: who gets it and for whom (own ids), how many levels the one is above the other, who is between them on the
    second level, and the number of the referral. Paying for people below that is a pyramid scheme in China.
    """
    if out is not None and (out.is_dir() or not out.parent.is_dir()):
        raise InvalidInputError(f"{out}: can't be written ({'it is a directory' if out.is_dir() else 'no such directory'})")

    async def ask(service: Service) -> dict[str, Any]:
        return proved(await service.fission.network(purpose))

    found = session(context).with_service(ask)
    if out is not None:
        save(_csv(found["rewards"]), out)
        complain(f"the rows are in {out}")
    if as_json:
        write_json(found)
    else:
        first, second = found["by_level"]
        result().print(
            f"{first + second:,} rewards may be due, {first:,} on the first level and {second:,} on the second; "
            f"{found['beyond']:,} beyond."
        )


def proved(network: Network) -> dict[str, Any]:
    """The rewards that may be due in a network, each with its proof, by own ids."""
    from algorithms.projection import project  # noqa: PLC0415 - numba takes half a second to load, which most commands don't need
    from algorithms.rewards import MOST_LEVELS, due, proof  # noqa: PLC0415 - loaded only where it is used
    from algorithms.scoring import RULES  # noqa: PLC0415 - loaded only where it is used
    from algorithms.told import rows_of  # noqa: PLC0415 - loaded only where it is used

    projection = project(rows_of(network), RULES)
    wanted = due(projection)
    checked = proof(projection, wanted.beneficiary, wanted.row)
    own = [ownids.text(one) for one in ownids.to_bytes(network.own)]
    levels = checked.rewards.level
    columns: list[list[int]] = [
        column.tolist()
        for column in (wanted.beneficiary, wanted.referee, levels, checked.between, network.referrals.of[wanted.row])
    ]
    return {
        "purpose": network.purpose,
        "holds": checked.holds,
        "beyond": checked.beyond,
        "by_level": [int((levels == level).sum()) for level in range(1, MOST_LEVELS + 1)],
        "rewards": [
            {
                "beneficiary": own[one],
                "referee": own[other],
                "level": level,
                "between": None if between < 0 else own[between],
                "referral": referral,
            }
            for one, other, level, between, referral in zip(*columns, strict=True)
        ],
    }


def _csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    sheet = csv.writer(text, lineterminator="\n")
    sheet.writerow(COLUMNS)
    sheet.writerows([row[name] for name in COLUMNS] for row in rows)
    return text.getvalue()
