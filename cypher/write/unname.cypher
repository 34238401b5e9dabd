// Let somebody without a name keep what identifiers gave and withdrew
//
// Consents stay as they were given.
//
// @param ids: list of handles
// @param handle: of the one without a name, below zero
UNWIND $ids AS id
MATCH (subject:Identifier {handle: id})-[before:GAVE|WITHDREW]->(fact)
MERGE (unnamed:Unnamed {handle: $handle})
FOREACH (_ IN CASE WHEN fact:Grant THEN [1] ELSE [] END | CREATE (unnamed)-[:GAVE]->(fact))
FOREACH (_ IN CASE WHEN fact:Withdrawal THEN [1] ELSE [] END | CREATE (unnamed)-[:WITHDREW]->(fact))
DELETE before
