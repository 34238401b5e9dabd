// Withdrawals of the last days
//
// Of whole consents, and of one purpose in all that somebody gave. Each took effect in the request that recorded it.
//
// @topic consents
// @param days = 30: before now
// @param limit = 50: how many rows
// @return at: time
// @return consent_id: or null, where one purpose was withdrawn
// @return by: namespace and mask, or null
// @return purpose: its name; null for all
// @return channel: or null
// @return reason: or null
MATCH (withdrawal:Withdrawal)
WHERE withdrawal.at > timestamp() * 1000 - $days * 86400000000
OPTIONAL MATCH (consent:Consent)-[:WITHDRAWN]->(withdrawal)
OPTIONAL MATCH (subject:Identifier)-[:WITHDREW]->(withdrawal)
RETURN
  datetime({epochMillis: withdrawal.at / 1000}) AS at,
  consent.consent_id AS consent_id,
  subject.namespace + ':' + subject.mask AS by,
  withdrawal.purpose AS purpose,
  withdrawal.channel AS channel,
  withdrawal.reason AS reason
ORDER BY withdrawal.at DESC, withdrawal.recorded
LIMIT $limit
