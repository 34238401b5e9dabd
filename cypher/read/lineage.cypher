// The last changes that name an own id
//
// As root or among the others, the newest first.
//
// @param own_id: UUID
// @param limit: how many
// @return rows: list of [seq, at, purpose, kind, root, others, policy, cause]
MATCH (:NamedId {own_id: $own_id})<-[:NAMES]-(change:Change)
WITH change
ORDER BY change.seq DESC
LIMIT $limit
RETURN
  collect([
    change.seq, change.at, change.purpose, change.kind, change.root, change.others, change.policy, change.cause
  ]) AS rows
