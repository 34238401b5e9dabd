// When identifiers were seen, day by day
//
// The first time on each day (UTC). Sightings as the referee of a referral are passed over.
//
// @param ids: list of handles
// @param day: microseconds of a day
// @return id: list of handles
// @return at: list of times
UNWIND $ids AS id
MATCH (:Identifier {handle: id})-[:SEEN_IN]->(sighting:Sighting)
WHERE NOT sighting.event_id ENDS WITH '#referee'
WITH id, sighting.at / $day AS day, min(sighting.at) AS at
RETURN collect(id) AS id, collect(at) AS at
