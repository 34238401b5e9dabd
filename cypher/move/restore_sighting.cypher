// Restore sightings
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (sighting:Sighting {
  stamp: row.stamp, at: row.at, source: row.source, event_id: row.event_id, session: row.session, members: row.members,
  backing: CASE row.backing WHEN 1 THEN null ELSE row.backing END
})
WITH sighting, row
UNWIND row.members AS member
MATCH (identifier:Identifier {handle: member})
CREATE (identifier)-[:SEEN_IN]->(sighting)
