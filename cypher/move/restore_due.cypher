// Restore what changes by itself
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
OPTIONAL MATCH (consent:Consent {handle: CASE row.b WHEN -1 THEN row.a END})
OPTIONAL MATCH (a:Identifier {handle: CASE row.b WHEN -1 THEN null ELSE row.a END})
OPTIONAL MATCH (b:Identifier {handle: row.b})
FOREACH (one IN CASE WHEN consent IS NULL THEN [] ELSE [consent] END | SET one.due = row.at)
FOREACH (one IN CASE WHEN a IS NULL OR b IS NULL THEN [] ELSE [a] END | CREATE (one)-[:EXPIRES {at: row.at}]->(b))
