// Keep figures of people
//
// Rows are [handle, map of figures].
//
// @param job: number of the scoring
// @param rows: list of rows
MATCH (scoring:Scoring {job: $job})
UNWIND $rows AS row
MATCH (person:Identifier {handle: row[0]})
CREATE (person)-[scored:SCORED]->(scoring)
SET scored = row[1]
