// Remember where the store stands
//
// Last statement of every write.
//
// @param state: map of clock, stamp and counters
MATCH (store:Store {name: 'rootid'})
SET store += $state
