// Dump sightings
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (sighting:Sighting)
RETURN sighting {.stamp, .at, .source, .event_id, .session, backing: coalesce(sighting.backing, 1), .members} AS row
