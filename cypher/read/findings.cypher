// Refused and past links of identifiers
//
// Each once.
//
// @param purpose: its name
// @param ids: list of handles
// @return rows: list of [a, b, verdict, reason, clash_a, clash_b]
UNWIND $ids AS id
MATCH (identifier:Identifier {handle: id})-[aside:SET_ASIDE]-()
USING INDEX SEEK identifier:Identifier(handle)
WHERE aside.purpose = $purpose
WITH DISTINCT aside
RETURN
  collect([
    startNode(aside).handle, endNode(aside).handle, aside.verdict, aside.reason, aside.clash_a, aside.clash_b
  ]) AS rows
