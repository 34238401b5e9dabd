// What carries the sightings of identifiers
//
// Each pair once.
//
// @param ids: list of handles
// @return id: list of handles
// @return backing: list of handles
UNWIND $ids AS id
MATCH (:Identifier {handle: id})-[:SEEN_IN]->(sighting:Sighting)
WITH DISTINCT id, coalesce(sighting.backing, 1) AS backing
RETURN collect(id) AS id, collect(backing) AS backing
