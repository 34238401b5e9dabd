// Keep a place in the change feed
//
// @param receiver: whose
// @param seq: the last record that was given
MERGE (bookmark:Bookmark {name: $receiver})
SET bookmark.seq = $seq
