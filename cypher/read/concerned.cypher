// Identifiers whom anything is about that was recorded after a stamp
//
// What was seen, told, decided, marked or closed names them; a consent that was granted or withdrawn, or that expired, carries
// evidence of them; a mark of theirs ended. An identifier may come more than once.
//
// @param stamp: after which
// @param after: time after which consents expired and marks ended
// @param until: time until which they did
// @return id: list of handles
CALL () {
  MATCH (sighting:Sighting)
  WHERE sighting.stamp > $stamp
  UNWIND sighting.members AS id
  RETURN id
  UNION ALL
  MATCH (referrer:Identifier)-[told:REFERRED]->(referee:Identifier)
  WHERE told.recorded > $stamp
  UNWIND [referrer.handle, referee.handle] AS id
  RETURN id
  UNION ALL
  MATCH (subject:Identifier)-[:BOUGHT]->(told:Order)
  WHERE told.recorded > $stamp
  RETURN subject.handle AS id
  UNION ALL
  MATCH (fact:Mark|Decision|Close)-[:ABOUT]->(identifier:Identifier)
  WHERE fact.recorded > $stamp OR (fact.until > $after AND fact.until <= $until)
  RETURN identifier.handle AS id
  UNION ALL
  MATCH (close:Close)-[:ABOUT]->(:Identifier)-[link:LINKED]-(other:Identifier)
  WHERE close.recorded > $stamp AND link.closed
  RETURN other.handle AS id
  UNION ALL
  CALL () {
    MATCH (consent:Consent)-[:GRANTED]->(grant:Grant)
    WHERE grant.recorded > $stamp OR (grant.expires > $after AND grant.expires <= $until)
    RETURN consent
    UNION
    MATCH (consent:Consent)-[:WITHDRAWN]->(withdrawal:Withdrawal)
    WHERE withdrawal.recorded > $stamp
    RETURN consent
    UNION
    MATCH (withdrawal:Withdrawal)<-[:WITHDREW]-(:Identifier)-[:GAVE]->(:Grant)<-[:GRANTED]-(consent:Consent)
    WHERE withdrawal.recorded > $stamp
    RETURN consent
  }
  MATCH (backing:Backing {consent: consent.handle})
  MATCH (sighting:Sighting {backing: backing.handle})
  UNWIND sighting.members AS id
  RETURN id
}
RETURN collect(id) AS id
