// Dump successors
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (successor:Successor)
RETURN successor {.own_id, .purpose, .heir} AS row
