// Restore places in the change feed
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (bookmark:Bookmark)
SET bookmark = row {.name, .seq}
