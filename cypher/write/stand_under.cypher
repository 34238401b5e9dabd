// Remember which cover is in force
//
// @param standing: JSON
MATCH (store:Store {name: 'rootid'})
SET store.standing = $standing
