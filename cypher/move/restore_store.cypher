// Restore where the store stands
//
// Handles and numbers go on after the last ones on record.
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
MATCH (store:Store {name: 'rootid'})
SET
  store += row {.clock, .stamp, .fingerprint, .policy, .seal, .changing, .standing},
  store.identifiers = coalesce(COLLECT { MATCH (n:Identifier) RETURN max(n.handle) }[0], 0),
  store.places = coalesce(COLLECT { MATCH (n:Place) RETURN max(n.handle) }[0], 0),
  store.consents = coalesce(COLLECT { MATCH (n:Consent) RETURN max(n.handle) }[0], 0),
  store.backings = coalesce(COLLECT { MATCH (n:Backing) RETURN max(n.handle) }[0], 1),
  store.changes = coalesce(COLLECT { MATCH (n:Change) RETURN max(n.seq) }[0], 0),
  store.receipts = coalesce(COLLECT { MATCH (n:Receipt) RETURN max(n.number) }[0], 0)
