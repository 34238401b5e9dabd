// Consents that identifiers gave
//
// Each once.
//
// @param subjects: list of handles
// @return id: list of handles
UNWIND $subjects AS subject
MATCH (:Identifier {handle: subject})-[:GAVE]->(:Grant)<-[:GRANTED]-(consent:Consent)
RETURN collect(DISTINCT consent.handle) AS id
