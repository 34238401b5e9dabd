// Session and source of sightings
//
// @param stamps: list
// @return stamp: list
// @return session: list, '' for none
// @return source: list
UNWIND $stamps AS stamp
MATCH (sighting:Sighting {stamp: stamp})
USING INDEX SEEK sighting:Sighting(stamp)
RETURN collect(stamp) AS stamp, collect(coalesce(sighting.session, '')) AS session, collect(sighting.source) AS source
