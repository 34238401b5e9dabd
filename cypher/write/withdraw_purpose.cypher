// Record the withdrawal of one purpose by the identifier that gave it
//
// @param subject: handle
// @param withdrawal: map of at, purpose and recorded
MATCH (subject:Identifier {handle: $subject})
CREATE (subject)-[:WITHDREW]->(withdrawal:Withdrawal)
SET withdrawal = $withdrawal
