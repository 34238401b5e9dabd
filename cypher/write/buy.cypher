// Record statements on orders
//
// Rows are [subject, map of what was told].
//
// @param rows: list of rows
UNWIND $rows AS row
MATCH (subject:Identifier {handle: row[0]})
CREATE (subject)-[:BOUGHT]->(told:Order)
SET told = row[1]
