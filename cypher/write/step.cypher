// Note that a store has taken a step of its schema
//
// Only from the version before: of two who upgrade, one notes it.
//
// @param before: schema version that the step began with
// @param version: schema version that it leads to
MATCH (store:Store {name: 'rootid', schema: $before})
SET store.schema = $version
