// Forget when links may expire
//
// Rows are [a, b].
//
// @param rows: list of rows
UNWIND $rows AS row
MATCH (:Identifier {handle: row[0]})-[link:EXPIRES]->(:Identifier {handle: row[1]})
DELETE link
