// Sightings of an identifier
//
// Alone with it, or (where b is given) with another one.
//
// @param a: handle
// @param b: handle or null
// @return stamp: list
// @return at: list
// @return source: list
// @return backing: list
// @return members: list of lists of handles
MATCH (:Identifier {handle: $a})-[:SEEN_IN]->(sighting:Sighting)
WHERE $b IS NULL OR $b IN sighting.members
RETURN
  collect(sighting.stamp) AS stamp,
  collect(sighting.at) AS at,
  collect(sighting.source) AS source,
  collect(coalesce(sighting.backing, 1)) AS backing,
  collect(sighting.members) AS members
