// Dump what changes by itself
//
// @return row: map, as graph/stores/moved.py describes it
CALL {
  MATCH (a:Identifier)-[link:EXPIRES]->(b:Identifier)
  RETURN {a: a.handle, b: b.handle, at: link.at} AS row
  UNION ALL
  MATCH (consent:Consent)
  WHERE consent.due > -1
  RETURN {a: consent.handle, b: -1, at: consent.due} AS row
}
RETURN row
