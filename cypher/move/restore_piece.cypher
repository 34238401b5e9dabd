// Restore evidence
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
MATCH (a:Identifier {handle: row.a})
MATCH (b:Identifier {handle: row.b})
CREATE (a)-[:LINKED {
  backing: row.backing, moment: row.moment, closed: row.closed, first_seen: row.first, last_seen: row.last, count: row.count
}]->(b)
