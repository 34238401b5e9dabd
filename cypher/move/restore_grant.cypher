// Restore grantings
//
// A subject below zero is one without a name.
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
MATCH (consent:Consent {handle: row.consent})
CREATE (consent)-[:GRANTED]->(grant:Grant)
SET grant = row {
  .at, .expires, .purposes, .notice, .evidence, .channel, .in_exchange_for, .basis, .controller, .jurisdiction, .language,
  .recorded
}
FOREACH (handle IN CASE WHEN row.subject < 0 THEN [row.subject] ELSE [] END |
  MERGE (unnamed:Unnamed {handle: handle})
  CREATE (unnamed)-[:GAVE]->(grant)
)
WITH row, grant
MATCH (subject:Identifier {handle: row.subject})
CREATE (subject)-[:GAVE]->(grant)
