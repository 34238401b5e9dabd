// Whom people brought, by a scoring
//
// By referrer, then by time, then by referee.
//
// @param job: number of the scoring
// @param ids: list of handles of referrers
// @return referrer: handle
// @return referee: handle
// @return at: time
// @return campaign: or null
// @return channel: or null
// @return value: number
UNWIND $ids AS id
MATCH (:Identifier {handle: id})-[link:BROUGHT]->(other:Identifier)
WHERE link.job = $job
RETURN
  id AS referrer,
  other.handle AS referee,
  link.at AS at,
  link.campaign AS campaign,
  link.channel AS channel,
  link.value AS value
ORDER BY referrer, at, referee
