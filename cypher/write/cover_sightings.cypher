// Replace event ids of sightings
//
// Rows are [stamp, the old, the new].
//
// @param rows: list of rows
UNWIND $rows AS row
MATCH (n:Sighting {stamp: row[0]})
SET n.event_id = row[2]
