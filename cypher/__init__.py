"""Statements for Neo4j, one per file, and the loader that reads them. Must not build a statement from strings."""
