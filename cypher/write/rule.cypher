// Record a decision
//
// @param a: handle
// @param b: handle
// @param decision: map of what was decided
MATCH (a:Identifier {handle: $a})
MATCH (b:Identifier {handle: $b})
CREATE (decision:Decision)
SET decision = $decision
CREATE (decision)-[:ABOUT]->(a)
CREATE (decision)-[:ABOUT]->(b)
