// Constraints and indexes that are ready
//
// @return ready: list of names
SHOW INDEXES YIELD name, state
WHERE state = 'ONLINE'
RETURN collect(name) AS ready
