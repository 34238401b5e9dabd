// Dump grantings
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (consent:Consent)-[:GRANTED]->(grant:Grant)
OPTIONAL MATCH (subject)-[:GAVE]->(grant)
RETURN grant {
  .at, .expires, .purposes, .notice, .evidence, .channel, .in_exchange_for, .basis, .controller, .jurisdiction, .language,
  .recorded, consent: consent.handle, subject: subject.handle
} AS row
