// Dump marks
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (mark:Mark)-[:ABOUT]->(identifier:Identifier)
RETURN mark {.kind, .name, .at, .until, .recorded, identifier: identifier.handle} AS row
