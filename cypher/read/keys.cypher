// Keys of identifiers
//
// @param ids: list of handles
// @return id: list of handles
// @return key: list of keys in hexadecimal
UNWIND $ids AS id
MATCH (identifier:Identifier {handle: id})
USING INDEX SEEK identifier:Identifier(handle)
RETURN collect(id) AS id, collect(identifier.key) AS key
