// Project a graph given by arrays
//
// Puts a graph that is not in the database into memory under a name, for GDS to work on: nodes 0 to nodes-1, and one
// relationship for each position of the arrays. Nothing is stored. Whoever projects drops the graph.
//
// @param graph: name of the graph in memory
// @param nodes: how many nodes there are, isolated ones included
// @param sources: list of node numbers, where each relationship begins
// @param targets: list of node numbers, where each relationship ends; as long as sources
// @param weights: list of numbers, as long as sources
// @param configuration: map, {undirectedRelationshipTypes: ['*']} for a graph without directions, else {}
// @return nodes: how many nodes are in memory
// @return relationships: how many relationships are in memory, an undirected one counted twice
UNWIND range(0, $nodes + size($sources) - 1) AS at
WITH at, at - $nodes AS link
WITH
  CASE WHEN link < 0 THEN at ELSE $sources[link] END AS source,
  CASE WHEN link < 0 THEN null ELSE $targets[link] END AS target,
  CASE WHEN link < 0 THEN null ELSE $weights[link] END AS weight
WITH
  gds.graph.project($graph, source, target, {relationshipProperties: {weight: weight}}, $configuration) AS projected
RETURN projected.nodeCount AS nodes, projected.relationshipCount AS relationships
