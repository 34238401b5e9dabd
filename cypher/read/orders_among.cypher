// Statements on orders of some identifiers up to a time
//
// By order, then by time. Leaders are 0 for one in no part, or a value of nobody.
//
// @param purpose: its name
// @param as_of: time
// @param ids: list of handles
// @return of: order
// @return subject: handle
// @return leader: handle
// @return at: time
// @return campaign: or null
// @return amount: or null
// @return refunded: or null
UNWIND $ids AS id
MATCH (subject:Identifier {handle: id})-[:BOUGHT]->(told:Order)
WHERE told.at <= $as_of
OPTIONAL MATCH (subject)-[belongs:BELONGS_TO]->(root:Root)
WHERE belongs.purpose = $purpose AND belongs.settled = 0
RETURN
  told.of AS of,
  subject.handle AS subject,
  coalesce(root.leader, 0) AS leader,
  told.at AS at,
  told.campaign AS campaign,
  told.amount AS amount,
  told.refunded AS refunded
ORDER BY of, at, told.recorded
