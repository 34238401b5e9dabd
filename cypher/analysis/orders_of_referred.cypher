// What the people somebody brought have bought
//
// For each referrer: persons whose referral stands as accepted, how many of them bought anything, and for how much
// after refunds. One who was brought by two counts for both.
//
// @topic referrals
// @param purpose = 'service': its name
// @param limit = 25: how many rows
// @return root_id: UUID
// @return leader: namespace and mask
// @return brought: persons
// @return buyers: of these
// @return orders: of these
// @return revenue: after refunds
MATCH (referrer:Root {purpose: $purpose})<-[:BELONGS_TO]-(:Identifier)-[told:REFERRED {status: 'accepted'}]->(one:Identifier)
WHERE NOT EXISTS {
  MATCH ()-[later:REFERRED {of: told.of}]->()
  WHERE later.at > told.at OR (later.at = told.at AND later.recorded > told.recorded)
}
MATCH (one)-[belongs:BELONGS_TO]->(referee:Root {purpose: $purpose})
WHERE referee <> referrer AND belongs.settled = 0
WITH DISTINCT referrer, referee
CALL (referee) {
  MATCH (referee)<-[:BELONGS_TO]-(:Identifier)-[:BOUGHT]->(told:Order)
  WITH told.of AS of, max(told.amount) AS amount, max(told.refunded) AS refunded
  RETURN count(of) AS orders, sum(coalesce(amount, 0) - coalesce(refunded, 0)) AS revenue
}
WITH
  referrer,
  count(referee) AS brought,
  sum(CASE WHEN orders > 0 THEN 1 ELSE 0 END) AS buyers,
  sum(orders) AS orders,
  sum(revenue) AS revenue
ORDER BY revenue DESC, brought DESC, referrer.root_id
LIMIT $limit
MATCH (leader:Identifier {handle: referrer.leader})
RETURN referrer.root_id AS root_id, leader.namespace + ':' + leader.mask AS leader, brought, buyers, orders, revenue
ORDER BY revenue DESC, brought DESC, root_id
