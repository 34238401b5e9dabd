// Record the withdrawal of a consent
//
// @param consent: handle
// @param withdrawal: map of at, purpose and recorded
MATCH (consent:Consent {handle: $consent})
CREATE (consent)-[:WITHDRAWN]->(withdrawal:Withdrawal)
SET withdrawal = $withdrawal
