// What people decided
//
// The newest first. A decision outweighs evidence until somebody reverses it.
//
// @topic record
// @param limit = 50: how many rows
// @return at: time
// @return ruling: same_person, never_link or reverse
// @return one: namespace and mask
// @return other: namespace and mask
// @return by: or null
// @return reason: or null
MATCH (decision:Decision)
WITH decision
ORDER BY decision.at DESC, decision.recorded
LIMIT $limit
MATCH (decision)-[:ABOUT]->(one:Identifier {handle: decision.a})
MATCH (decision)-[:ABOUT]->(other:Identifier {handle: decision.b})
RETURN
  datetime({epochMillis: decision.at / 1000}) AS at,
  decision.ruling AS ruling,
  one.namespace + ':' + one.mask AS one,
  other.namespace + ':' + other.mask AS other,
  decision.by AS by,
  decision.reason AS reason
ORDER BY decision.at DESC, decision.recorded
