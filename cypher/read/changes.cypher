// Changes after a sequence number
//
// @param after: sequence number
// @param limit: how many
// @return rows: list of [seq, at, purpose, kind, root, others, policy, cause]
MATCH (change:Change)
WHERE change.seq > $after
WITH change
ORDER BY change.seq
LIMIT $limit
RETURN
  collect([
    change.seq, change.at, change.purpose, change.kind, change.root, change.others, change.policy, change.cause
  ]) AS rows
