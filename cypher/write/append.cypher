// Record sightings and their evidence
//
// Sightings are [stamp, at, source, event id, session, backing, members, nodes]; session and backing (for 1) may be null.
// Members are handles in the order written, nodes their element ids. Evidence is [a, b, backing, moment, closed, first, last,
// count]; a and b are element ids, that of the smaller handle first. In `links` are pairs that had no such piece before; in
// `folds` those that may: a piece of equal backing, moment and end on record grows.
//
// @param sightings: list of rows
// @param links: list of rows
// @param folds: list of rows
CALL () {
  UNWIND $sightings AS row
  CREATE (sighting:Sighting {
    stamp: row[0], at: row[1], source: row[2], event_id: row[3], session: row[4], backing: row[5], members: row[6]
  })
  WITH sighting, row
  UNWIND row[7] AS node
  MATCH (identifier:Identifier)
  WHERE elementId(identifier) = node
  CREATE (identifier)-[:SEEN_IN]->(sighting)
}
CALL () {
  UNWIND $links AS row
  MATCH (a)
  WHERE elementId(a) = row[0]
  MATCH (b)
  WHERE elementId(b) = row[1]
  CREATE (a)-[:LINKED {
    backing: row[2], moment: row[3], closed: row[4], first_seen: row[5], last_seen: row[6], count: row[7]
  }]->(b)
}
CALL () {
  UNWIND $folds AS row
  MATCH (a)
  WHERE elementId(a) = row[0]
  MATCH (b)
  WHERE elementId(b) = row[1]
  MERGE (a)-[link:LINKED {backing: row[2], moment: row[3], closed: row[4]}]->(b)
  ON CREATE SET link.first_seen = row[5], link.last_seen = row[6], link.count = row[7]
  ON MATCH SET
    link.first_seen = CASE WHEN row[5] < link.first_seen THEN row[5] ELSE link.first_seen END,
    link.last_seen = CASE WHEN row[6] > link.last_seen THEN row[6] ELSE link.last_seen END,
    link.count = link.count + row[7]
}
