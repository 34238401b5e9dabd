// Record sightings
//
// Rows are [stamp, at, source, event id, session, backing, members]; session and backing (for 1) may be null. Members are
// handles in the order written.
//
// @param rows: list of rows
UNWIND $rows AS row
CREATE (sighting:Sighting {
  stamp: row[0], at: row[1], source: row[2], event_id: row[3], session: row[4], backing: row[5], members: row[6]
})
WITH sighting, row
UNWIND row[6] AS member
MATCH (identifier:Identifier {handle: member})
CREATE (identifier)-[:SEEN_IN]->(sighting)
