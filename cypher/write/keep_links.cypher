// Keep who brought whom
//
// Rows are [referrer, referee, map of what is known of the link].
//
// @param rows: list of rows
UNWIND $rows AS row
MATCH (referrer:Identifier {handle: row[0]})
MATCH (referee:Identifier {handle: row[1]})
CREATE (referrer)-[link:BROUGHT]->(referee)
SET link = row[2]
