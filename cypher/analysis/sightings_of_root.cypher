// What was seen of a root
//
// Its sightings, the newest first, with what was seen together. Events that a source sends say what happened in a
// person's life, so ask for no more than the case at hand needs.
//
// @topic people
// @param root_id = '': UUID
// @param limit = 50: how many rows
// @return at: time
// @return source: its name
// @return session: or null
// @return seen: list of namespaces and masks
// @return consent_id: what carries it, or null
// @return basis: legal basis that carries it, '' for none
MATCH (:Root {root_id: $root_id})<-[:BELONGS_TO]-(:Identifier)-[:SEEN_IN]->(sighting:Sighting)
WITH DISTINCT sighting
ORDER BY sighting.at DESC, sighting.stamp
LIMIT $limit
MATCH (backing:Backing {handle: coalesce(sighting.backing, 1)})
OPTIONAL MATCH (consent:Consent {handle: backing.consent})
RETURN
  datetime({epochMillis: sighting.at / 1000}) AS at,
  sighting.source AS source,
  sighting.session AS session,
  COLLECT {
    MATCH (identifier:Identifier)-[:SEEN_IN]->(sighting)
    RETURN identifier.namespace + ':' + identifier.mask AS shown
    ORDER BY shown, identifier.key
  } AS seen,
  consent.consent_id AS consent_id,
  backing.basis AS basis
ORDER BY sighting.at DESC, sighting.stamp
