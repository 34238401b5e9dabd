// Closes about identifiers
//
// Each once.
//
// @param ids: list of handles
// @return rows: list of [a, b, at, source, recorded]
UNWIND $ids AS id
MATCH (identifier:Identifier {handle: id})<-[:ABOUT]-(close:Close)
USING INDEX SEEK identifier:Identifier(handle)
WITH DISTINCT close
RETURN collect([close.a, close.b, close.at, close.source, close.recorded]) AS rows
