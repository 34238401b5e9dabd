// Grants and withdrawals of consents
//
// A withdrawal counts that names the consent, or that its subject made of one purpose.
//
// @param ids: list of handles
// @return id: list of handles
// @return grants: list of lists of [at, expires, purposes]
// @return withdrawals: list of lists of [at, purpose]
UNWIND $ids AS id
MATCH (consent:Consent {handle: id})
USING INDEX SEEK consent:Consent(handle)
WITH
  id,
  COLLECT { MATCH (consent)-[:GRANTED]->(grant:Grant) RETURN [grant.at, grant.expires, grant.purposes] } AS grants,
  COLLECT {
    MATCH (consent)-[:WITHDRAWN]->(withdrawal:Withdrawal)
    RETURN [withdrawal.at, withdrawal.purpose]
    UNION
    MATCH (consent)-[:GRANTED]->(:Grant)<-[:GAVE]-()-[:WITHDREW]->(withdrawal:Withdrawal)
    RETURN [withdrawal.at, withdrawal.purpose]
  } AS withdrawals
RETURN collect(id) AS id, collect(grants) AS grants, collect(withdrawals) AS withdrawals
