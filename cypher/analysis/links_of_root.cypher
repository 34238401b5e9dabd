// Links that a root rests on
//
// Each pair of members with evidence: how often they were seen together, from when until when, and what became of the
// link where it was set aside.
//
// @topic links
// @param root_id = '': UUID
// @return one: namespace and mask
// @return other: namespace and mask
// @return seen_together: how often
// @return first_seen: time
// @return last_seen: time
// @return closed: pieces that a close ended
// @return set_aside: reason or verdict, or null
MATCH (root:Root {root_id: $root_id})<-[:BELONGS_TO]-(one:Identifier)-[link:LINKED]->(other:Identifier)-[:BELONGS_TO]->(root)
WITH
  root,
  one,
  other,
  sum(link.count) AS seen_together,
  min(link.first_seen) AS first,
  max(link.last_seen) AS last,
  sum(CASE WHEN link.closed THEN 1 ELSE 0 END) AS closed
OPTIONAL MATCH (one)-[aside:SET_ASIDE]->(other)
WHERE aside.purpose = root.purpose
RETURN
  one.namespace + ':' + one.mask AS one,
  other.namespace + ':' + other.mask AS other,
  seen_together,
  datetime({epochMillis: first / 1000}) AS first_seen,
  datetime({epochMillis: last / 1000}) AS last_seen,
  closed,
  coalesce(aside.reason, aside.verdict) AS set_aside
ORDER BY seen_together DESC, one, other, first
