// Project the usable links of a purpose
//
// Nodes are handles of identifiers that an event has named, isolated ones included; a relationship is a pair with evidence
// that is not closed, carried for the purpose and young enough. Nothing is stored. Whoever projects drops the graph.
//
// @param graph: name of the graph in memory
// @param backings: list of handles of what carries evidence for the purpose
// @param left_out: list of namespaces whose identifiers are in no part
// @param ages: map, longest age of a link in microseconds by namespace; none where it lives for ever
// @param as_of: microseconds
// @return nodes: how many nodes are in memory
// @return relationships: how many relationships are in memory
MATCH (a:Identifier)
WHERE a.named IS NOT NULL AND NOT a.namespace IN $left_out
OPTIONAL MATCH (a)-[link:LINKED]->(b:Identifier)
WHERE NOT link.closed AND link.backing IN $backings AND NOT b.namespace IN $left_out
WITH a, b, max(link.last_seen) AS last
WITH
  a,
  CASE
    WHEN
      last + coalesce($ages[a.namespace], $as_of) >= $as_of AND
      last + coalesce($ages[b.namespace], $as_of) >= $as_of
      THEN b
  END AS b
WITH gds.graph.project($graph, a.handle, b.handle, {}, {}) AS projected
RETURN projected.nodeCount AS nodes, projected.relationshipCount AS relationships
