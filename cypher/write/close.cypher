// Record a close
//
// Of a pair, or of one identifier where b is null.
//
// @param a: handle
// @param b: handle or null
// @param close: map of what was closed
MATCH (a:Identifier {handle: $a})
CREATE (close:Close)
SET close = $close
CREATE (close)-[:ABOUT]->(a)
WITH close
MATCH (b:Identifier {handle: $b})
CREATE (close)-[:ABOUT]->(b)
