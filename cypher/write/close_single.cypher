// Mark single evidence as closed
//
// Rows are [a, b, backing, moment].
//
// @param rows: list of rows
UNWIND $rows AS row
MATCH (:Identifier {handle: row[0]})-[link:LINKED]->(:Identifier {handle: row[1]})
WHERE link.backing = row[2] AND link.moment = row[3]
SET link.closed = true
