// Record evidence of new links
//
// Rows are [a, b, backing, moment, closed, first, last, count] of identifiers that had no such piece before; a and b are element
// ids, that of the smaller handle first.
//
// @param rows: list of rows
UNWIND $rows AS row
MATCH (a)
WHERE elementId(a) = row[0]
MATCH (b)
WHERE elementId(b) = row[1]
CREATE (a)-[:LINKED {
  backing: row[2], moment: row[3], closed: row[4], first_seen: row[5], last_seen: row[6], count: row[7]
}]->(b)
