// How a root became what it is
//
// Every change that names this root-ID: merges into it and away, splits, moves. A root-ID that is no more answers here,
// too. Looks through all changes.
//
// @topic people
// @param root_id = '': UUID, also of a former root
// @param limit = 50: how many rows
// @return seq: number in the change feed
// @return at: time
// @return kind: merge, split, move, erase, or join of newcomers
// @return root: root-ID after it
// @return others: list of root-IDs
// @return cause: what brought it about
MATCH (change:Change)
WHERE change.root = $root_id OR $root_id IN change.others
RETURN
  change.seq AS seq,
  datetime({epochMillis: change.at / 1000}) AS at,
  change.kind AS kind,
  change.root AS root,
  change.others AS others,
  change.cause AS cause
ORDER BY seq DESC
LIMIT $limit
