"""The gate of both scores on a dated edge list: `python -m bench.gate EDGES [--deeds FILE] [--json]`. Prints a table.

EDGES are referrals, one inviter a person or not. DEEDS has a row a deed in the same form: who did it is the `referrer`, and both
ends are seen to be there. Without it there is nothing but the referrals to score by.
"""

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import polars as pl

from algorithms.edges import from_frame, natural_order
from algorithms.gate import Gate, gate
from algorithms.history import History, history
from algorithms.projection import project
from algorithms.referrals import referral_rows
from intake.edge_lists import read_edges


def dated_history(edges: Path, deeds: Path | None = None) -> tuple[History, int, int]:
    """The history of two files, and the times of the first and the last row of the deeds, or else of the edges."""
    first = from_frame(read_edges(edges, ("at", "status")))
    told = first if deeds is None else from_frame(read_edges(deeds, ("at",)))
    if first.at is None or told.at is None:
        raise SystemExit("a gate needs the column at")
    names = natural_order(pl.concat([first.names, told.names]).unique())
    number = {name: place for place, name in enumerate(names.to_list())}
    one = np.array([number[name] for name in first.names.to_list()], np.int32)
    other = np.array([number[name] for name in told.names.to_list()], np.int32)
    rows = referral_rows(len(names), one[first.referrer], one[first.referee], at=first.at, status=first.status)
    ends = np.append(other[told.referrer], other[told.referee])
    found = history(project(rows), ends, np.append(told.at, told.at))
    # Being named shows that somebody is there, but only naming is a deed.
    return replace(found, actor=other[told.referrer], acted=told.at), int(told.at.min()), int(told.at.max())


def show(found: Gate) -> None:
    print(f"{found.question}: {found.verdict}")
    print(f"    {'':28}{'ndcg@100':>10}{'lift 1 %':>10}{'rank corr.':>12}")
    for name, one in (("score", found.score), (found.baseline_name, found.baseline)):
        print(f"    {name:28}{one.ndcg_100:10.4f}{one.lift_1pct:10.2f}{one.rank_correlation:12.4f}")
    by_persons, by_moments = _bounds(found.by_persons), _bounds(found.by_moments)
    print(f"    difference {found.difference:+.4f}; 95 %: {by_persons} by persons, {by_moments} by moments")
    for one in found.moments:
        at = np.datetime64(one.at, "us").astype("datetime64[D]")
        print(
            f"    {at}  {one.candidates:7,} candidates {one.truth:6,} to foretell"
            f"  score {one.score.ndcg_100:.4f}  baseline {one.baseline.ndcg_100:.4f}"
            f"  weights: referral {one.weights.referral:.3f}, deed {one.weights.deed:.3f}"
        )


def _bounds(interval: tuple[float, float]) -> str:
    return f"{interval[0]:+.4f} to {interval[1]:+.4f}"


def main() -> None:
    """Run both gates and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("edges", type=Path)
    parser.add_argument("--deeds", type=Path)
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    told, first, last = dated_history(arguments.edges, arguments.deeds)
    found = [gate(told, question, first, last, draws=arguments.draws) for question in ("will_refer", "network_under")]
    if arguments.json:
        print(json.dumps([asdict(one) for one in found], indent=2))
        return
    for one in found:
        show(one)


if __name__ == "__main__":
    main()
