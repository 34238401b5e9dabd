// Dump evidence
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (a:Identifier)-[link:LINKED]->(b:Identifier)
RETURN {
  a: a.handle, b: b.handle, backing: link.backing, moment: link.moment, closed: link.closed, first: link.first_seen,
  last: link.last_seen, count: link.count
} AS row
