// Links that were refused
//
// In the order of their handles, from beyond a pair.
//
// @param purpose: its name
// @param reasons: list of reasons
// @param a: smaller handle of the pair
// @param b: larger handle of the pair
// @param limit: how many
// @return rows: list of [a, b, verdict, reason, clash_a, clash_b]
MATCH (one:Identifier)-[aside:SET_ASIDE]->(other:Identifier)
WHERE aside.purpose = $purpose AND aside.verdict = 'refused' AND aside.reason IN $reasons
  AND (one.handle > $a OR (one.handle = $a AND other.handle > $b))
WITH one, other, aside
ORDER BY one.handle, other.handle
LIMIT $limit
RETURN
  collect([one.handle, other.handle, aside.verdict, aside.reason, aside.clash_a, aside.clash_b]) AS rows
