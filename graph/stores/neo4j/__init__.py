"""The store on a Neo4j server. Holds no rule, and no statement: those are files in cypher/."""

from graph.stores.neo4j.store import Neo4jStore

__all__ = ["Neo4jStore"]
