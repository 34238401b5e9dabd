// Which cover is in force
//
// @return standing: JSON, null where none ever was
MATCH (store:Store {name: 'rootid'})
RETURN store.standing AS standing
