"""A local Neo4j with GDS and Browser: starting, stopping and finding it. Must not know what is stored in it."""
