// What is due and not taken yet
//
// @param now: microseconds
// @return count: how many
// @return since: the earliest time, or null
CALL {
  MATCH ()-[link:EXPIRES]->()
  WHERE link.at <= $now
  RETURN link.at AS at
  UNION ALL
  MATCH (consent:Consent)
  WHERE consent.due <= $now
  RETURN consent.due AS at
}
RETURN count(at) AS count, min(at) AS since
