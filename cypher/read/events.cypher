// Which events are on record
//
// `at` is the position in the lists.
//
// @param sources: list
// @param event_ids: list, as long as sources
// @return at: list of positions
UNWIND range(0, size($sources) - 1) AS at
MATCH (sighting:Sighting {source: $sources[at], event_id: $event_ids[at]})
USING INDEX SEEK sighting:Sighting(source, event_id)
RETURN collect(at) AS at
