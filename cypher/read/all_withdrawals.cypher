// All withdrawals
//
// @return consent: handle or null
// @return subject: handle or null
// @return purpose: its name or null
// @return at: time
// @return recorded: stamp
MATCH (withdrawal:Withdrawal)
OPTIONAL MATCH (consent:Consent)-[:WITHDRAWN]->(withdrawal)
OPTIONAL MATCH (subject)-[:WITHDREW]->(withdrawal)
RETURN
  consent.handle AS consent,
  subject.handle AS subject,
  withdrawal.purpose AS purpose,
  withdrawal.at AS at,
  withdrawal.recorded AS recorded
