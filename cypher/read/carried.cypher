// What consents carry
//
// Identifiers that evidence or a decision under these consents names.
//
// @param consents: list of handles
// @return members: list of lists of handles
UNWIND $consents AS consent
CALL (consent) {
  MATCH (backing:Backing {consent: consent})
  MATCH (sighting:Sighting {backing: backing.handle})
  RETURN sighting.members AS ids
  UNION ALL
  MATCH (decision:Decision {consent: consent})
  RETURN [decision.a, decision.b] AS ids
}
RETURN collect(ids) AS members
