// Remember how far a change of the policy has come
//
// @param changing: as graph/stores/columns.py writes it, null when it has come to its end
MATCH (store:Store {name: 'rootid'})
SET store.changing = $changing
