// Take identifiers out of the sightings that name them
//
// One that names nobody else goes.
//
// @param ids: list of handles
UNWIND $ids AS id
MATCH (:Identifier {handle: id})-[:SEEN_IN]->(sighting:Sighting)
WITH DISTINCT sighting, [member IN sighting.members WHERE NOT member IN $ids] AS left
FOREACH (kept IN CASE WHEN size(left) > 0 THEN [sighting] ELSE [] END | SET kept.members = left)
FOREACH (gone IN CASE WHEN size(left) = 0 THEN [sighting] ELSE [] END | DETACH DELETE gone)
