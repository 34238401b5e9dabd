// What exports show of identifiers
//
// @param ids: list of handles
// @return id: list of handles
// @return shown: list of [namespace, scope, key, mask]
UNWIND $ids AS id
MATCH (identifier:Identifier {handle: id})
USING INDEX SEEK identifier:Identifier(handle)
RETURN collect(id) AS id, collect([identifier.namespace, identifier.scope, identifier.key, identifier.mask]) AS shown
