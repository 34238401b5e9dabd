// Dump policies
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (policy:Policy)
RETURN policy {.version, .since, .body} AS row
