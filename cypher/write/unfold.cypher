// Take folded evidence back
//
// Rows are [a, b, backing]; what is folded anew follows.
//
// @param rows: list of rows
UNWIND $rows AS row
MATCH (:Identifier {handle: row[0]})-[link:LINKED]->(:Identifier {handle: row[1]})
WHERE link.backing = row[2] AND link.moment = 0
DELETE link
