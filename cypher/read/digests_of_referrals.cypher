// Event ids of statements on referrals, by stamp
//
// @param after: stamp
// @param most: how many
// @return rows: list of [stamp, event id]
MATCH ()-[told:REFERRED]->()
WHERE told.recorded > $after
WITH told
ORDER BY told.recorded
LIMIT $most
RETURN collect([told.recorded, told.event_id]) AS rows
