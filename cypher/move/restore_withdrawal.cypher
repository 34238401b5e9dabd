// Restore withdrawals
//
// A subject below zero is one without a name.
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (withdrawal:Withdrawal)
SET withdrawal = row {.purpose, .at, .channel, .reason, .recorded}
FOREACH (handle IN CASE WHEN row.subject < 0 THEN [row.subject] ELSE [] END |
  MERGE (unnamed:Unnamed {handle: handle})
  CREATE (unnamed)-[:WITHDREW]->(withdrawal)
)
WITH row, withdrawal
OPTIONAL MATCH (consent:Consent {handle: row.consent})
OPTIONAL MATCH (subject:Identifier {handle: row.subject})
FOREACH (one IN CASE WHEN consent IS NULL THEN [] ELSE [consent] END | CREATE (one)-[:WITHDRAWN]->(withdrawal))
FOREACH (one IN CASE WHEN subject IS NULL THEN [] ELSE [subject] END | CREATE (one)-[:WITHDREW]->(withdrawal))
