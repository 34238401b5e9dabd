// Sightings that name one of some identifiers
//
// Each once, in the order of recording.
//
// @param ids: list of handles
// @param as_of: last event time
// @param known_at: last moment of recording
// @return rows: list of [stamp, at, source, session, consent (0 for none), basis ('' for none), weight, members]
UNWIND $ids AS id
MATCH (identifier:Identifier {handle: id})-[:SEEN_IN]->(found:Sighting)
USING INDEX SEEK identifier:Identifier(handle)
WHERE found.at <= $as_of AND found.stamp <= $known_at
WITH DISTINCT found AS sighting
ORDER BY sighting.stamp
MATCH (backing:Backing {handle: coalesce(sighting.backing, 1)})
RETURN
  collect([
    sighting.stamp,
    sighting.at,
    sighting.source,
    sighting.session,
    backing.consent,
    backing.basis,
    backing.weight,
    sighting.members
  ]) AS rows
