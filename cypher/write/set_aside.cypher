// Record refused and past links
//
// Rows are [a, b, verdict, reason, clash_a, clash_b], a and b element ids; one of the same pair is replaced.
//
// @param purpose: its name
// @param rows: list of rows
UNWIND $rows AS row
MATCH (a)
WHERE elementId(a) = row[0]
MATCH (b)
WHERE elementId(b) = row[1]
MERGE (a)-[aside:SET_ASIDE {purpose: $purpose}]->(b)
SET aside.verdict = row[2], aside.reason = row[3], aside.clash_a = row[4], aside.clash_b = row[5]
