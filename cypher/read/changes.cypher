// Changes after a sequence number
//
// @param after: sequence number
// @param limit: how many
// @param joins: whether those of kind join are told, too
// @return rows: list of [seq, at, purpose, kind, root, others, policy, cause]
MATCH (change:Change)
WHERE change.seq > $after AND ($joins OR change.kind <> 'join')
WITH change
ORDER BY change.seq
LIMIT $limit
RETURN
  collect([
    change.seq, change.at, change.purpose, change.kind, change.root, change.others, change.policy, change.cause
  ]) AS rows
