"""`rootid evaluate`: the store's roots against a known truth. Holds no rule."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from algorithms.evaluation import Agreement, Ints, agreement
from cli.output import result, table, write_json
from cli.session import session
from graph.service import Service
from intake.truth import Truth, read_truth

AT_ONCE: Final = 1_000


def evaluate(
    context: typer.Context,
    truth: Annotated[Path, typer.Argument(metavar="TRUTH", help="CSV with the columns identifier,person or NAMESPACE,person.")],
    namespace: Annotated[
        str | None, typer.Option(metavar="NAME", help="What the bare values of the file are. Default: what the header says.")
    ] = None,
    purpose: Annotated[str | None, typer.Option(metavar="NAME", help="Whose roots. Default: the policy's first purpose.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON.")] = False,
) -> None:
    """Precision, recall and F1 over pairs of identifiers. One that is not on record counts as alone."""
    known = read_truth(truth, namespace)

    async def compare(service: Service) -> tuple[Agreement, int]:
        return await against(service, known, purpose)

    found, missing = session(context).with_service(compare)
    if as_json:
        write_json({**figures(found), "not_on_record": missing})
        return
    shown = table("figure", "value", right=("value",))
    for name, value in figures(found).items():
        shown.add_row(name.replace("_", " "), f"{value:,}" if isinstance(value, int) else f"{value:.4f}")
    shown.add_row("not on record", f"{missing:,}")
    result().print(shown)


def figures(found: Agreement) -> dict[str, int | float]:
    """What is shown of a comparison."""
    return {
        "identifiers": found.items,
        "pairs_in_truth": found.true_pairs,
        "pairs_resolved": found.grouped_pairs,
        "pairs_right": found.right_pairs,
        "precision": found.precision,
        "recall": found.recall,
        "f1": found.f1,
    }


async def against(service: Service, truth: Truth, purpose: str | None) -> tuple[Agreement, int]:
    """Compare the roots of all identifiers of a truth with it; and how many of them have no root."""
    roots = await roots_of(service, truth, purpose)
    return compared(roots, truth), roots.count(None)


async def roots_of(service: Service, truth: Truth, purpose: str | None) -> list[str | None]:
    """The root-ID of each identifier of a truth."""
    roots: list[str | None] = []
    for start in range(0, len(truth.names), AT_ONCE):
        answers = await service.lookup([[name] for name in truth.names[start : start + AT_ONCE]], purpose)
        roots += [answer.root_id for answer in answers]
    return roots


def compared(roots: Sequence[str | None], truth: Truth) -> Agreement:
    """Roots against the truth; an identifier without a root is alone."""
    groups = _labels([root or f"alone {number}" for number, root in enumerate(roots)])
    return agreement(groups, _labels(truth.persons))


def _labels(names: Sequence[str]) -> Ints:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)
