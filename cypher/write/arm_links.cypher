// Remember when links may expire
//
// Rows are [a, b, at], a and b element ids; the earlier time stays.
//
// @param rows: list of rows
UNWIND $rows AS row
MATCH (a)
WHERE elementId(a) = row[0]
MATCH (b)
WHERE elementId(b) = row[1]
MERGE (a)-[link:EXPIRES]->(b)
ON CREATE SET link.at = row[2]
ON MATCH SET link.at = CASE WHEN row[2] < link.at THEN row[2] ELSE link.at END
