// Restore counts of blocked and parked values
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (hit:Hit)
SET hit = row {.what, .namespace, .count}
