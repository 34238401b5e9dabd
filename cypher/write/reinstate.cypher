// Forget refused and past links
//
// Rows are [a, b].
//
// @param purpose: its name
// @param rows: list of rows
UNWIND $rows AS row
MATCH (:Identifier {handle: row[0]})-[aside:SET_ASIDE]->(:Identifier {handle: row[1]})
WHERE aside.purpose = $purpose
DELETE aside
