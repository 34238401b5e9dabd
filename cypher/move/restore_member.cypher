// Restore membership
//
// One in no part belongs to itself.
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
MATCH (identifier:Identifier {handle: row.identifier})
OPTIONAL MATCH (root:Root {purpose: row.purpose, leader: row.leader})
WITH row, identifier, coalesce(root, identifier) AS part
CREATE (identifier)-[:BELONGS_TO {
  purpose: row.purpose, own_id: row.own_id, settled: row.settled, contested: row.contested
}]->(part)
