// What people may see of identifiers
//
// First and last sighting are null where there is none.
//
// @param purpose: its name
// @param ids: list of handles
// @return id: list of handles
// @return own_id: list
// @return namespace: list
// @return scope: list
// @return mask: list
// @return first: list of times
// @return last: list of times
UNWIND $ids AS id
MATCH (identifier:Identifier {handle: id})-[belongs:BELONGS_TO]->()
USING INDEX SEEK identifier:Identifier(handle)
WHERE belongs.purpose = $purpose
OPTIONAL MATCH (identifier)-[:SEEN_IN]->(sighting:Sighting)
WITH id, identifier, belongs, min(sighting.at) AS first, max(sighting.at) AS last
RETURN
  collect(id) AS id,
  collect(belongs.own_id) AS own_id,
  collect(identifier.namespace) AS namespace,
  collect(identifier.scope) AS scope,
  collect(identifier.mask) AS mask,
  collect(coalesce(first, 0)) AS first,
  collect(coalesce(last, 0)) AS last
