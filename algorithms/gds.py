"""The same measures computed by GDS on a Neo4j server, as a check and for big machines. The only importer of graphdatascience.

Graphs go in as arrays, or straight from the store on that server, and scores come back as arrays; nothing is stored, and the
graph in the server's memory is dropped whatever happens. Must not hand out what GDS calls a component id: it is arbitrary.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Literal, Self
from uuid import uuid4

import numpy as np
from graphdatascience import GraphDataScience
from graphdatascience.error.gds_not_installed import GdsNotFound
from graphdatascience.error.unable_to_connect import UnableToConnectError
from graphdatascience.graph.graph_api import Graph
from graphdatascience.query_runner.neo4j_query_runner import Neo4jQueryRunner
from numpy.typing import NDArray

from algorithms.usable import Evidence
from cypher import load
from graph.errors import StoreError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_PATIENCE_SECONDS = 5.0
_UNDIRECTED = {"undirectedRelationshipTypes": ["*"]}
_DIRECTED: dict[str, Any] = {}


class Gds:
    """GDS on one server, reached by its URL. Use it in a `with`, which closes its connections.

    Every method takes `nodes`, the number of nodes, and parallel int64 arrays of node numbers 0 to nodes-1; ValueError where a
    number is no node. Opening it raises StoreError where nothing answers at the URL, the password is refused or the server has
    no GDS; what GDS itself refuses later comes through as the driver's error.
    """

    def __init__(self, url: str, user: str, password: str, *, database: str = "neo4j") -> None:
        self._mark = f"rootid-{uuid4().hex}"
        server = Neo4jQueryRunner.create_for_db(
            url,
            (user, password),
            database=database,
            show_progress=False,
            config={"max_transaction_retry_time": _PATIENCE_SECONDS},
        )
        try:
            # Arrow is not in Community, and asking for it costs a round trip.
            self._gds = GraphDataScience(server, arrow=False, show_progress=False)
        except GdsNotFound as problem:
            raise StoreError(
                f"the server at {url} has no Graph Data Science: install the plugin that fits its version"
            ) from problem
        except UnableToConnectError as problem:
            server.close()
            raise StoreError(f"Graph Data Science can't be reached at {url}: {problem}") from problem

    def components(self, nodes: int, ends: Ints, other_ends: Ints) -> Ints:
        """Which nodes hang together, whatever the direction of the links: labels 0 to k-1, by first occurrence.

        So two partitions are equal if and only if their labels are.
        """
        if not nodes:
            return np.empty(0, dtype=np.int64)
        with self._projected(nodes, ends, other_ends, _DIRECTED) as graph:
            return by_first_occurrence(
                _column(self._gds.wcc.stream(graph, log_progress=False), "componentId", nodes).astype(np.int64)
            )

    def pagerank(
        self,
        nodes: int,
        referrers: Ints,
        referees: Ints,
        weights: Floats | None = None,
        *,
        damping: float = 0.85,
        tolerance: float = 1e-12,
        max_iterations: int = 1000,
    ) -> Floats:
        """The share of each node in a walk from referee to referrer: who brought many is high. Sums to 1.

        GDS itself starts every node at 1 - damping and lets a node without a way out lose its score, so that its scores sum
        to anything; ours (and the definition of Page and Brin, and networkx) sums to 1 and sends such a walk anywhere. As long
        as the walk restarts everywhere alike the two differ by a factor only, which is divided out here. Repeated links count
        with the sum of their weights. `tolerance` is the greatest change of one score in a step, in GDS's scale.
        """
        if not nodes:
            return np.empty(0)
        with self._projected(nodes, referees, referrers, _DIRECTED, weights) as graph:
            stream = self._gds.page_rank.stream(
                graph,
                damping_factor=damping,
                tolerance=tolerance,
                max_iterations=max_iterations,
                relationship_weight_property="weight",
                log_progress=False,
            )
            scores = _column(stream, "score", nodes)
            return scores / scores.sum()

    def betweenness(self, nodes: int, sources: Ints, targets: Ints, *, directed: bool = True) -> Floats:
        """How many shortest paths between two others go through each node; a pair with several counts by their shares.

        Not normalised, unweighted and exact; an undirected pair counts once. Links from a node to itself or told twice are
        left out first: GDS takes a repeated link for another path of the same length, we (and networkx) don't.
        """
        if not nodes:
            return np.empty(0)
        away = sources != targets
        ends, other_ends = sources[away], targets[away]
        if not directed:
            ends, other_ends = np.minimum(ends, other_ends), np.maximum(ends, other_ends)
        once = np.unique(np.stack([ends, other_ends]), axis=1)
        with self._projected(nodes, once[0], once[1], _DIRECTED if directed else _UNDIRECTED) as graph:
            return _column(self._gds.betweenness.stream(graph, log_progress=False), "score", nodes)

    def backings(self) -> Ints:
        """Handles of all backings of the store on this server, for `algorithms.usable.usable_evidence`."""
        return np.asarray(self._gds.run_cypher(load("gds/backings"))["handle"], np.int64)

    def raw_parts(self, evidence: Evidence) -> tuple[Ints, Ints]:
        """Which identifiers of the store hang together by usable links, before any rule: handles (sorted) and labels.

        Labels are 0 to k-1 by first occurrence, as in `components`.
        """
        links = {"left_out": list(evidence.left_out), "ages": dict(evidence.ages), "as_of": evidence.as_of}
        with self._from_store("links", backings=evidence.backings.tolist(), **links) as graph:
            if graph is None:
                return np.empty(0, np.int64), np.empty(0, np.int64)
            handles, labels = _sorted(self._gds.wcc.stream(graph, log_progress=False), "componentId")
            return handles, by_first_occurrence(labels.astype(np.int64))

    def referral_pagerank(self, evidence: Evidence, *, damping: float = 0.85) -> tuple[Ints, Floats]:
        """`pagerank` of the persons (leaders' handles, sorted) in the store's referrals that count, each pair once."""
        with self._from_store("referrals", **_of_referrals(evidence), upwards=True) as graph:
            if graph is None:
                return np.empty(0, np.int64), np.empty(0)
            stream = self._gds.page_rank.stream(
                graph, damping_factor=damping, tolerance=1e-12, max_iterations=1000, log_progress=False
            )
            leaders, scores = _sorted(stream, "score")
            return leaders, scores / scores.sum()

    def referral_betweenness(self, evidence: Evidence) -> tuple[Ints, Floats]:
        """`betweenness` of the same persons, along referrals from referrer to referee."""
        with self._from_store("referrals", **_of_referrals(evidence), upwards=False) as graph:
            if graph is None:
                return np.empty(0, np.int64), np.empty(0)
            return _sorted(self._gds.betweenness.stream(graph, log_progress=False), "score")

    def close(self) -> None:
        """Close the connections."""
        self._gds.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def graphs(self) -> Sequence[str]:
        """Names of the graphs that were projected here and are in the server's memory now: none, unless a call is under way."""
        return [each.graph_name for each in self._gds.graph.list() if each.graph_name.startswith(self._mark)]

    @contextmanager
    def _from_store(self, what: Literal["links", "referrals"], **values: Any) -> Generator[Graph | None]:
        """A graph from the store; None where it would have no nodes, which GDS doesn't project."""
        name = f"{self._mark}-{uuid4().hex}"
        try:
            done: Any = self._gds.run_cypher(load(f"gds/project_{what}"), {"graph": name, **values}, auto_commit=True)
            yield self._gds.graph.get(name) if any(done["nodes"]) else None
        finally:
            self._gds.graph.drop(name, fail_if_missing=False)

    @contextmanager
    def _projected(
        self, nodes: int, sources: Ints, targets: Ints, configuration: dict[str, Any], weights: Floats | None = None
    ) -> Generator[Graph]:
        _check(nodes, sources, targets)
        name = f"{self._mark}-{uuid4().hex}"
        parameters = {
            "graph": name,
            "nodes": nodes,
            "sources": sources,
            "targets": targets,
            "weights": np.ones(len(sources)) if weights is None else weights,
            "configuration": configuration,
        }
        try:
            self._gds.run_cypher(load("gds/project_arrays"), parameters, auto_commit=True)
            yield self._gds.graph.get(name)
        finally:
            self._gds.graph.drop(name, fail_if_missing=False)


def by_first_occurrence(labels: Ints) -> Ints:
    """The same partition with labels 0 to k-1 in the order in which they first occur."""
    _, first, members = np.unique(labels, return_index=True, return_inverse=True)
    order = np.empty(len(first), dtype=np.int64)
    order[np.argsort(first)] = np.arange(len(first))
    return order[members]


def _column(stream: Any, name: str, nodes: int) -> Floats:
    """A column of a data frame (pandas has no complete types, hence Any) in the order of the nodes."""
    values = np.full(nodes, np.nan)
    values[np.asarray(stream["nodeId"])] = np.asarray(stream[name])
    return values


def _sorted(stream: Any, name: str) -> tuple[Ints, Floats]:
    """Nodes of a data frame in order, and a column."""
    nodes = np.asarray(stream["nodeId"], np.int64)
    order = np.argsort(nodes)
    return nodes[order], np.asarray(stream[name], np.float64)[order]


def _of_referrals(evidence: Evidence) -> dict[str, Any]:
    return {"purpose": evidence.purpose, "backings": evidence.backings.tolist(), "as_of": evidence.as_of}


def _check(nodes: int, sources: Ints, targets: Ints) -> None:
    if sources.ndim != 1 or sources.shape != targets.shape:
        raise ValueError("the ends of the links must be two arrays of one dimension and of the same length")
    if len(sources) and not (min(sources.min(), targets.min()) >= 0 and max(sources.max(), targets.max()) < nodes):
        raise ValueError(f"a link has an end that is no node: nodes are 0 to {nodes - 1}")
