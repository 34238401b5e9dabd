// Restore successors
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (successor:Successor)
SET successor = row {.own_id, .purpose, .heir}
