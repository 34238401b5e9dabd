// A place in the change feed that was kept
//
// @param receiver: whose
// @return seq: the last record that was given
MATCH (bookmark:Bookmark {name: $receiver})
RETURN bookmark.seq AS seq
