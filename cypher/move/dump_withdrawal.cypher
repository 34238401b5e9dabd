// Dump withdrawals
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (withdrawal:Withdrawal)
OPTIONAL MATCH (consent:Consent)-[:WITHDRAWN]->(withdrawal)
OPTIONAL MATCH (subject)-[:WITHDREW]->(withdrawal)
RETURN withdrawal {.purpose, .at, .channel, .reason, .recorded, consent: consent.handle, subject: subject.handle} AS row
