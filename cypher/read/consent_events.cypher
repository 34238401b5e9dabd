// Grants and withdrawals of consents, whole
//
// As recorded; a withdrawal by a subject is one of a purpose in all that it gave.
//
// @param ids: list of handles
// @return grants: list of maps
// @return withdrawals: list of maps
UNWIND $ids AS id
MATCH (consent:Consent {handle: id})
RETURN
  collect(COLLECT {
    MATCH (consent)-[:GRANTED]->(grant:Grant)
    OPTIONAL MATCH (subject)-[:GAVE]->(grant)
    RETURN grant {.*, consent: consent.handle, consent_id: consent.consent_id, subject: subject.handle}
  }) AS grants,
  collect(COLLECT {
    MATCH (consent)-[:WITHDRAWN]->(withdrawal:Withdrawal)
    RETURN withdrawal {.*, consent: consent.handle, subject: null} AS told
    UNION
    MATCH (consent)-[:GRANTED]->(:Grant)<-[:GAVE]-(subject)-[:WITHDREW]->(withdrawal:Withdrawal)
    RETURN withdrawal {.*, consent: null, subject: subject.handle} AS told
  }) AS withdrawals
