// Wait until all indexes are ready
//
// @param seconds: the longest wait
CALL db.awaitIndexes($seconds)
