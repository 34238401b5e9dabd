// Dump refused and past links
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (a:Identifier)-[aside:SET_ASIDE]->(b:Identifier)
RETURN aside {.purpose, .verdict, .reason, .clash_a, .clash_b, a: a.handle, b: b.handle} AS row
