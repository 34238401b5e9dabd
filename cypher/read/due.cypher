// When something changes by itself next
//
// Null for never.
//
// @return due: microseconds
CALL {
  MATCH ()-[link:EXPIRES]->()
  WHERE link.at > -1
  RETURN link.at AS due
  ORDER BY link.at
  LIMIT 1
  UNION ALL
  MATCH (consent:Consent)
  WHERE consent.due > -1
  RETURN consent.due AS due
  ORDER BY consent.due
  LIMIT 1
  UNION ALL
  RETURN null AS due
}
RETURN min(due) AS due
