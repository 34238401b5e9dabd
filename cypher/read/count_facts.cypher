// Counts of facts
//
// @return sightings: how many
// @return links: pairs of identifiers with evidence
// @return consents: that were granted
// @return referrals: how many
RETURN
  COUNT { MATCH (:Sighting) } AS sightings,
  COUNT { MATCH (a:Identifier)-[:LINKED]->(b:Identifier) RETURN DISTINCT a, b } AS links,
  COUNT { MATCH (consent:Consent) WHERE EXISTS { MATCH (consent)-[:GRANTED]->(:Grant) } } AS consents,
  COUNT { MATCH (:Identifier)-[told:REFERRED]->(:Identifier) WHERE told.of = told.recorded } AS referrals
