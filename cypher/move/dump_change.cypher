// Dump changes
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (change:Change)
RETURN change {.seq, .at, .purpose, .kind, .root, .others, .policy, .cause} AS row
