// Dump places in the change feed
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (bookmark:Bookmark)
RETURN bookmark {.name, .seq} AS row
