// Restore roots
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (root:Root)
SET root = row {.root_id, .purpose, .leader}
