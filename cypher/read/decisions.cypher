// Decisions about identifiers
//
// Each once.
//
// @param ids: list of handles
// @return rows: list of [ruling, a, b, at, consent, basis, recorded]
UNWIND $ids AS id
MATCH (identifier:Identifier {handle: id})<-[:ABOUT]-(decision:Decision)
USING INDEX SEEK identifier:Identifier(handle)
WITH DISTINCT decision
RETURN
  collect([
    decision.ruling, decision.a, decision.b, decision.at, decision.consent, decision.basis, decision.recorded
  ]) AS rows
