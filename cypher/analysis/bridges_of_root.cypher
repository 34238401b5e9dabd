// Links that alone hold a root together
//
// Between the two there is no other way of up to four links within the root: without this one it falls apart. One that
// was seen once, long ago, in one source is where a wrong merge hides. All evidence counts here, also what no consent
// carries.
//
// @topic health
// @param root_id = '': UUID
// @return one: namespace and mask
// @return other: namespace and mask
// @return seen_together: how often
// @return last_seen: time
// @return ends: list of their keys
// @return sources: list
MATCH (root:Root {root_id: $root_id})<-[:BELONGS_TO]-(one:Identifier)-[link:LINKED]->(other:Identifier)-[:BELONGS_TO]->(root)
WITH root, one, other, sum(link.count) AS seen_together, max(link.last_seen) AS last
WHERE NOT EXISTS {
  MATCH
    (one)
    ((x:Identifier)-[:LINKED]-(y:Identifier) WHERE NOT (x = one AND y = other) AND EXISTS { (y)-[:BELONGS_TO]->(root) }){2,4}
    (other)
}
RETURN
  one.namespace + ':' + one.mask AS one,
  other.namespace + ':' + other.mask AS other,
  seen_together,
  datetime({epochMillis: last / 1000}) AS last_seen,
  [one.key, other.key] AS ends,
  COLLECT {
    MATCH (one)-[:SEEN_IN]->(sighting:Sighting)<-[:SEEN_IN]-(other)
    RETURN DISTINCT sighting.source AS source
    ORDER BY source
  } AS sources
ORDER BY seen_together, last_seen, one, other, ends
