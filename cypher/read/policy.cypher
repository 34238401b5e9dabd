// The policy on record
//
// @return body: the policy as JSON, null in a new store
// @return changing: how far a change to it has come, null where none is under way
OPTIONAL MATCH (store:Store {name: 'rootid'})
OPTIONAL MATCH (policy:Policy {version: store.policy})
RETURN policy.body AS body, store.changing AS changing
