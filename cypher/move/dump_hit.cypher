// Dump counts of blocked and parked values
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (hit:Hit)
RETURN hit {.what, .namespace, .count} AS row
