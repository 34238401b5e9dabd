// Where identifiers are
//
// @param ids: list of handles
// @return id: list of handles
// @return node: list of element ids
UNWIND $ids AS id
MATCH (identifier:Identifier {handle: id})
USING INDEX SEEK identifier:Identifier(handle)
RETURN collect(id) AS id, collect(elementId(identifier)) AS node
