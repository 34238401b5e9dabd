// Campaigns
//
// Referrals by what they were part of: how they stand, who took part, and which orders name the campaign.
//
// @topic referrals
// @param limit = 25: how many rows
// @return campaign: its name
// @return referrals: told of
// @return accepted: that stand as accepted
// @return referrers: identifiers
// @return value: of the accepted ones
// @return orders: that name it
// @return revenue: of these, after refunds
MATCH (referrer:Identifier)-[told:REFERRED]->()
WHERE told.campaign IS NOT NULL AND NOT EXISTS {
  MATCH ()-[later:REFERRED {of: told.of}]->()
  WHERE later.at > told.at OR (later.at = told.at AND later.recorded > told.recorded)
}
WITH
  told.campaign AS campaign,
  count(*) AS referrals,
  sum(CASE told.status WHEN 'accepted' THEN 1 ELSE 0 END) AS accepted,
  count(DISTINCT referrer) AS referrers,
  sum(CASE told.status WHEN 'accepted' THEN told.value END) AS value
ORDER BY referrals DESC, campaign
LIMIT $limit
CALL (campaign) {
  MATCH (named:Order {campaign: campaign})
  WITH DISTINCT named.source AS source, named.order_id AS order_id
  MATCH (told:Order {source: source, order_id: order_id})
  WITH told.of AS of, max(told.amount) AS amount, max(told.refunded) AS refunded
  RETURN count(of) AS orders, sum(coalesce(amount, 0) - coalesce(refunded, 0)) AS revenue
}
RETURN campaign, referrals, accepted, referrers, value, orders, revenue
ORDER BY referrals DESC, campaign
