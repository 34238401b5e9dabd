// Restore policies
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (policy:Policy)
SET policy = row {.version, .since, .body}
