// Members of a root
//
// Every identifier that answers with this root-ID, the leader first, then whoever was seen longest ago.
//
// @topic people
// @param root_id = '': UUID
// @return leads: whether its own id is the root-ID
// @return namespace: its name
// @return scope: '' for none
// @return mask: what people see
// @return key: in hexadecimal
// @return own_id: UUID
// @return first_seen: time
// @return last_seen: time
// @return sightings: how many
MATCH (root:Root {root_id: $root_id})<-[belongs:BELONGS_TO]-(identifier:Identifier)
OPTIONAL MATCH (identifier)-[:SEEN_IN]->(sighting:Sighting)
WITH root, belongs, identifier, min(sighting.at) AS first, max(sighting.at) AS last, count(sighting) AS sightings
RETURN
  identifier.handle = root.leader AS leads,
  identifier.namespace AS namespace,
  identifier.scope AS scope,
  identifier.mask AS mask,
  identifier.key AS key,
  belongs.own_id AS own_id,
  datetime({epochMillis: first / 1000}) AS first_seen,
  datetime({epochMillis: last / 1000}) AS last_seen,
  sightings
ORDER BY leads DESC, first, key
