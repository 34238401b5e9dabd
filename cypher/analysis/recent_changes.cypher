// Merges and splits of the last days
//
// What the change feed told, the newest first. One cause with hundreds of merges is worth a look. Newcomers that joined a
// root are left out.
//
// @topic record
// @param days = 1: before now
// @param limit = 100: how many rows
// @return seq: number in the change feed
// @return at: time
// @return purpose: its name
// @return kind: merge, split, move or erase
// @return root: root-ID after it
// @return others: list of root-IDs
// @return cause: what brought it about
MATCH (change:Change)
WHERE change.at > timestamp() * 1000 - $days * 86400000000 AND change.kind <> 'join'
RETURN
  change.seq AS seq,
  datetime({epochMillis: change.at / 1000}) AS at,
  change.purpose AS purpose,
  change.kind AS kind,
  change.root AS root,
  change.others AS others,
  change.cause AS cause
ORDER BY seq DESC
LIMIT $limit
