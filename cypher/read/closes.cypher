// Closes about identifiers
//
// Each once.
//
// @param ids: list of handles
// @return rows: list of [a, b, at, source, recorded]
UNWIND $ids AS id
MATCH (:Identifier {handle: id})<-[:ABOUT]-(close:Close)
WITH DISTINCT close
RETURN collect([close.a, close.b, close.at, close.source, close.recorded]) AS rows
