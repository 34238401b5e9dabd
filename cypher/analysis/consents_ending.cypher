// Consents about to end
//
// Those whose last granting ends within some days and that nobody withdrew. When one ends, what only it carried splits
// by itself: ask again in time.
//
// @topic consents
// @param days = 30: from now on
// @param limit = 50: how many rows
// @return ends: time
// @return consent_id: as recorded
// @return purposes: list
// @return notice: version of the text, or null
// @return given_by: namespace and mask, or null
// @return sightings: that it carries
MATCH (consent:Consent)-[:GRANTED]->(grant:Grant)
WITH consent, max(grant.expires) AS ends
WHERE ends > timestamp() * 1000 AND ends <= timestamp() * 1000 + $days * 86400000000
  AND NOT EXISTS { MATCH (consent)-[:WITHDRAWN]->(:Withdrawal) }
WITH consent, ends
ORDER BY ends, consent.consent_id
LIMIT $limit
MATCH (consent)-[:GRANTED]->(grant:Grant {expires: ends})
OPTIONAL MATCH (subject:Identifier)-[:GAVE]->(grant)
RETURN
  datetime({epochMillis: ends / 1000}) AS ends,
  consent.consent_id AS consent_id,
  grant.purposes AS purposes,
  grant.notice AS notice,
  subject.namespace + ':' + subject.mask AS given_by,
  COUNT {
    MATCH (backing:Backing {consent: consent.handle})
    MATCH (sighting:Sighting {backing: backing.handle})
    RETURN sighting
  } AS sightings
ORDER BY ends, consent_id, grant.recorded
