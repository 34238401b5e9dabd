// Dump API keys
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (key:ApiKey)
RETURN key {.*} AS row
