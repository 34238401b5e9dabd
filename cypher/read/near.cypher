// What identifiers are linked with
//
// By evidence or a decision.
//
// @param ids: list of handles
// @return id: list of handles
UNWIND $ids AS id
MATCH (identifier:Identifier {handle: id})
USING INDEX SEEK identifier:Identifier(handle)
CALL (identifier) {
  MATCH (identifier)-[:LINKED]-(other:Identifier)
  RETURN other.handle AS near
  UNION
  MATCH (identifier)<-[:ABOUT]-(:Decision)-[:ABOUT]->(other:Identifier)
  RETURN other.handle AS near
}
RETURN collect(DISTINCT near) AS id
