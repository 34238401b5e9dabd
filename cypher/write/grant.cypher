// Record a granting
//
// Of a consent on record, by the identifier that gave it where it is told.
//
// @param consent: handle
// @param subject: handle or null
// @param grant: map of what was granted
MATCH (consent:Consent {handle: $consent})
CREATE (consent)-[:GRANTED]->(grant:Grant)
SET grant = $grant
WITH grant
MATCH (subject:Identifier {handle: $subject})
CREATE (subject)-[:GAVE]->(grant)
