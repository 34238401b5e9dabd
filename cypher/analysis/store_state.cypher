// Where the store stands
//
// Version of the schema, policy in force, and how much is on record.
//
// @topic record
// @return schema: version
// @return policy: version
// @return in_force_since: time
// @return identifiers: ever recorded
// @return consents: ever named
// @return changes: in the change feed
// @return erased: tombstones
MATCH (store:Store {name: 'rootid'})
OPTIONAL MATCH (policy:Policy {version: store.policy})
RETURN
  store.schema AS schema,
  store.policy AS policy,
  CASE WHEN policy.since IS NOT NULL THEN datetime({epochMillis: policy.since / 1000}) END AS in_force_since,
  store.identifiers AS identifiers,
  store.consents AS consents,
  store.changes AS changes,
  COUNT { MATCH (:Tombstone) } AS erased
