// When identifiers were first seen
//
// Other than as the referee of a referral.
//
// @param ids: list of handles
// @return id: list of handles
// @return at: list of times
UNWIND $ids AS id
MATCH (:Identifier {handle: id})-[:SEEN_IN]->(sighting:Sighting)
WHERE NOT sighting.event_id ENDS WITH '#referee'
WITH id, min(sighting.at) AS at
RETURN collect(id) AS id, collect(at) AS at
