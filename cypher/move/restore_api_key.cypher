// Restore API keys
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (key:ApiKey)
SET key = row
