// Statements on referrals up to a time
//
// Leaders are 0 for one in no part, or a value of nobody.
//
// @param purpose: its name
// @param as_of: time
// @return of: referral
// @return referrer: handle
// @return referee: handle
// @return referrer_leader: handle
// @return referee_leader: handle
// @return at: time
// @return status: word
// @return campaign: or null
// @return channel: or null
// @return code: or null
// @return value: or null
// @return recorded: stamp
MATCH (referrer:Identifier)-[told:REFERRED]->(referee:Identifier)
WHERE told.at <= $as_of
OPTIONAL MATCH (referrer)-[of_referrer:BELONGS_TO]->(one:Root)
WHERE of_referrer.purpose = $purpose AND of_referrer.settled = 0
OPTIONAL MATCH (referee)-[of_referee:BELONGS_TO]->(other:Root)
WHERE of_referee.purpose = $purpose AND of_referee.settled = 0
RETURN
  told.of AS of,
  referrer.handle AS referrer,
  referee.handle AS referee,
  coalesce(one.leader, 0) AS referrer_leader,
  coalesce(other.leader, 0) AS referee_leader,
  told.at AS at,
  told.status AS status,
  told.campaign AS campaign,
  told.channel AS channel,
  told.code AS code,
  told.value AS value,
  told.recorded AS recorded
