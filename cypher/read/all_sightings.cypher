// All sightings in the order of recording
//
// @return stamp: moment of recording
// @return at: event time
// @return source: its name
// @return event_id: of the event
// @return session: or null
// @return consent: handle, 0 for none
// @return consent_id: or null
// @return basis: '' for none
// @return weight: number
// @return members: list of handles
MATCH (sighting:Sighting)
WHERE sighting.stamp > -1
WITH sighting
ORDER BY sighting.stamp
MATCH (backing:Backing {handle: coalesce(sighting.backing, 1)})
OPTIONAL MATCH (consent:Consent {handle: backing.consent})
RETURN
  sighting.stamp AS stamp,
  sighting.at AS at,
  sighting.source AS source,
  sighting.event_id AS event_id,
  sighting.session AS session,
  backing.consent AS consent,
  consent.consent_id AS consent_id,
  backing.basis AS basis,
  backing.weight AS weight,
  sighting.members AS members
