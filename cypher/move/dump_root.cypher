// Dump roots
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (root:Root)
RETURN root {.root_id, .purpose, .leader} AS row
