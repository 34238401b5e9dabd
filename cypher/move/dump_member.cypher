// Dump membership
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (identifier:Identifier)-[belongs:BELONGS_TO]->(root)
RETURN belongs {
  .purpose, .own_id, .settled, .contested, identifier: identifier.handle, leader: coalesce(root.leader, 0)
} AS row
