// Dump places
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (place:Place)
RETURN place {.handle, .namespace, .scope} AS row
