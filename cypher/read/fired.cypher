// What is due
//
// Links [at, a, b] and consents [at, handle, -1], the earliest of each first.
//
// @param now: microseconds
// @param most: how many of each
// @return rows: list of rows
CALL {
  MATCH (a:Identifier)-[link:EXPIRES]->(b:Identifier)
  WHERE link.at <= $now
  RETURN link.at AS at, a.handle AS one, b.handle AS other
  ORDER BY at, one, other
  LIMIT $most
  UNION ALL
  MATCH (consent:Consent)
  WHERE consent.due <= $now
  RETURN consent.due AS at, consent.handle AS one, -1 AS other
  ORDER BY at, one, other
  LIMIT $most
}
RETURN collect([at, one, other]) AS rows
