// Event ids of sightings, by stamp
//
// @param after: stamp
// @param most: how many
// @return rows: list of [stamp, event id]
MATCH (n:Sighting)
WHERE n.stamp > $after
WITH n
ORDER BY n.stamp
LIMIT $most
RETURN collect([n.stamp, n.event_id]) AS rows
