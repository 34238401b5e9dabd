// Record sightings
//
// Rows are [stamp, at, source, event id, session, backing, members, nodes]; session and backing (for 1) may be null. Members are
// handles in the order written, nodes their element ids.
//
// @param rows: list of rows
UNWIND $rows AS row
CREATE (sighting:Sighting {
  stamp: row[0], at: row[1], source: row[2], event_id: row[3], session: row[4], backing: row[5], members: row[6]
})
WITH sighting, row
UNWIND row[7] AS node
MATCH (identifier:Identifier)
WHERE elementId(identifier) = node
CREATE (identifier)-[:SEEN_IN]->(sighting)
