// Who brought people, by a scoring
//
// By referee.
//
// @param job: number of the scoring
// @param ids: list of handles of referees
// @return referrer: handle
// @return referee: handle
// @return at: time
// @return campaign: or null
// @return channel: or null
// @return value: number
UNWIND $ids AS id
MATCH (:Identifier {handle: id})<-[link:BROUGHT]-(other:Identifier)
WHERE link.job = $job
RETURN
  other.handle AS referrer,
  id AS referee,
  link.at AS at,
  link.campaign AS campaign,
  link.channel AS channel,
  link.value AS value
ORDER BY referee
