"""Who is credited where everybody passes credit up to the referrers: PageRank. Pure."""

from typing import Final

import numpy as np

from algorithms import csr, kernels
from algorithms.csr import CSR, Floats, Labels
from algorithms.forest import Forest, as_forest

DAMPING: Final = 0.85
TOLERANCE: Final = 1e-12
MOST: Final = 10_000

_NEVER: Final = -1.0
"""No change is as small."""

_ROUNDING: Final = 4 * float(np.finfo(np.float64).eps)
"""How far apart two steps from one state may be that differ by rounding only, relative to their sum."""


def pagerank(
    nodes: int,
    referrer: Labels,
    referee: Labels,
    *,
    damping: float = DAMPING,
    personalisation: Floats | None = None,
    tolerance: float = TOLERANCE,
    max_iterations: int = MOST,
) -> Floats:
    """The share of each person in an endless walk from referee to referrer, float64[n] with sum 1.

    Each step goes on with probability `damping` to one of the person's referrers, all alike, else restarts anywhere; from
    a person without a referrer it always restarts. A restart is at a person with the probability that `personalisation`
    (float64[n], not negative, scaled to sum 1) says, without it everybody alike. Loops are dropped and parallel links
    count once. Brin and Page, The anatomy of a large-scale hypertextual web search engine (1998).

    `tolerance` bounds the sum over all persons of |answer - exact|, and doesn't grow with their number as networkx's does; only
    rounding may add to it, at most some 4 eps / (1 - damping)², which is 4e-14 at the default.
    On a forest the answer is a closed form, exact but for rounding. A tolerance of 0 takes exactly `max_iterations` steps
    from the restart, whatever the graph. ValueError for what can't be: a damping outside [0, 1), numbers that are no person,
    a personalisation that sums to 0; ArithmeticError where `max_iterations` steps don't reach the tolerance.
    """
    graph = csr.from_edges(nodes, referrer, referee)
    forest = as_forest(graph) if tolerance > 0 else None
    if forest is not None:
        return of_forest(forest, damping=damping, personalisation=personalisation)
    return of_graph(graph, damping=damping, personalisation=personalisation, tolerance=tolerance, max_iterations=max_iterations)


def of_forest(forest: Forest, *, damping: float = DAMPING, personalisation: Floats | None = None) -> Floats:
    """The same on a forest, in one pass, exact but for rounding.

    The restarts of walks that end at a root go where all restarts go, so they only scale the answer: it is proportional
    to the sum over the person and all below of restart · damping^steps.
    """
    _check_damping(damping)
    if not forest.nodes:
        return np.empty(0)
    total = forest.summed_up(_restart(forest.nodes, personalisation), damping)
    return total / total.sum()


def of_graph(
    graph: CSR,
    *,
    damping: float = DAMPING,
    personalisation: Floats | None = None,
    tolerance: float = TOLERANCE,
    max_iterations: int = MOST,
) -> Floats:
    """The same on any graph from referrers to referees, step by step."""
    _check_damping(damping)
    restart = _restart(graph.nodes, personalisation)
    # What is still missing after a step is at most damping / (1 - damping) times what the step changed.
    # Rounding of each step lives on in the next ones, so that changes need not get below eps / (1 - damping).
    enough = max(tolerance * (1 - damping) / max(damping, 1 - damping), _ROUNDING / (1 - damping)) if tolerance > 0 else _NEVER
    rank, steps, change = kernels.walk(graph.indptr, graph.indices, graph.in_degree, restart, damping, enough, max_iterations)
    if tolerance > 0 and change > enough:
        raise ArithmeticError(f"PageRank still changes by {change:.1e} after {steps} steps")
    return rank


def _restart(nodes: int, personalisation: Floats | None) -> Floats:
    if personalisation is None:
        return np.full(nodes, 1 / max(1, nodes))
    if personalisation.shape != (nodes,) or not (np.isfinite(personalisation).all() and (personalisation >= 0).all()):
        raise ValueError("a personalisation has a finite number of 0 or more for every person")
    total = personalisation.sum()
    if nodes and not 0 < total < np.inf:
        raise ValueError("a personalisation must be above 0 for somebody")
    return personalisation / total if nodes else personalisation.astype(np.float64)


def _check_damping(damping: float) -> None:
    if not 0 <= damping < 1:
        raise ValueError("damping must be at least 0 and below 1")
