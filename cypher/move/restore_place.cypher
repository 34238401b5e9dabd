// Restore places
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (place:Place)
SET place = row {.handle, .namespace, .scope}
