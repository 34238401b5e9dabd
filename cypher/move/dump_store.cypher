// Dump where the store stands
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (store:Store {name: 'rootid'})
RETURN store {.clock, .stamp, .fingerprint, .policy, .seal, .changing, .standing} AS row
