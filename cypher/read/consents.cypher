// Grants and withdrawals of consents
//
// A withdrawal counts that names the consent, or that its subject made of one purpose.
//
// @param ids: list of handles
// @return id: handle
// @return grants: list of [at, expires, purposes]
// @return withdrawals: list of [at, purpose]
UNWIND $ids AS id
MATCH (consent:Consent {handle: id})
USING INDEX SEEK consent:Consent(handle)
RETURN
  id,
  COLLECT { MATCH (consent)-[:GRANTED]->(grant:Grant) RETURN [grant.at, grant.expires, grant.purposes] } AS grants,
  COLLECT {
    MATCH (consent)-[:WITHDRAWN]->(withdrawal:Withdrawal)
    RETURN [withdrawal.at, withdrawal.purpose]
    UNION
    MATCH (consent)-[:GRANTED]->(:Grant)<-[:GAVE]-()-[:WITHDREW]->(withdrawal:Withdrawal)
    RETURN [withdrawal.at, withdrawal.purpose]
  } AS withdrawals
