// Restore refused and past links
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
MATCH (a:Identifier {handle: row.a})
MATCH (b:Identifier {handle: row.b})
CREATE (a)-[aside:SET_ASIDE]->(b)
SET aside = row {.purpose, .verdict, .reason, .clash_a, .clash_b}
