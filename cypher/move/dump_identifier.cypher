// Dump identifiers
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (identifier:Identifier)
RETURN identifier {.handle, .key, .place, .mask, .clear, .named} AS row
