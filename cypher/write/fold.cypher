// Fold evidence in
//
// Rows as in write/link; a piece of equal backing, moment and end on record grows.
//
// @param rows: list of rows
UNWIND $rows AS row
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
