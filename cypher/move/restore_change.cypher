// Restore changes
//
// Each but a join is filed under the ids that it names.
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (change:Change)
SET change = row {.seq, .at, .purpose, .kind, .root, .others, .policy, .cause}
WITH change
WHERE change.kind <> 'join'
UNWIND change.others + change.root AS own_id
WITH DISTINCT change, own_id
MERGE (known:NamedId {own_id: own_id})
CREATE (change)-[:NAMES]->(known)
