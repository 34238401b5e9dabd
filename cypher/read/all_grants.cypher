// All grantings
//
// @return consent: handle
// @return at: time
// @return expires: time or null
// @return purposes: list
// @return subject: handle or null
// @return recorded: stamp
MATCH (consent:Consent)-[:GRANTED]->(grant:Grant)
OPTIONAL MATCH (subject)-[:GAVE]->(grant)
RETURN
  consent.handle AS consent,
  grant.at AS at,
  grant.expires AS expires,
  grant.purposes AS purposes,
  subject.handle AS subject,
  grant.recorded AS recorded
