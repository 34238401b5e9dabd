// The schema version on record
//
// Null where the database holds no store of ours.
//
// @return version: schema version
// @return strange: whether it holds something else instead
// @return empty: whether nothing is on record
OPTIONAL MATCH (store:Store {name: 'rootid'})
RETURN
  store.schema AS version,
  store IS NULL AND EXISTS { MATCH (n) } AS strange,
  NOT EXISTS { MATCH (n) WHERE NOT n:Store AND NOT n:Backing } AS empty
