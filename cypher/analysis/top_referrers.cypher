// Who brought most
//
// Different persons whose referral stands as accepted, oneself left out. A first look only: who may be scored, what is
// set apart, and what a big C is, `rootid rank` says.
//
// @topic referrals
// @param purpose = 'service': its name
// @param limit = 25: how many rows
// @return root_id: UUID
// @return leader: namespace and mask
// @return brought: persons
// @return first: time of the first referral
// @return last: time of the last one
// @return campaigns: list
MATCH (referrer:Root {purpose: $purpose})<-[:BELONGS_TO]-(:Identifier)-[told:REFERRED {status: 'accepted'}]->(one:Identifier)
WHERE NOT EXISTS {
  MATCH ()-[later:REFERRED {of: told.of}]->()
  WHERE later.at > told.at OR (later.at = told.at AND later.recorded > told.recorded)
}
MATCH (one)-[belongs:BELONGS_TO]->(referee:Root {purpose: $purpose})
WHERE referee <> referrer AND belongs.settled = 0
WITH
  referrer,
  count(DISTINCT referee) AS brought,
  min(told.at) AS first,
  max(told.at) AS last,
  collect(DISTINCT told.campaign) AS campaigns
ORDER BY brought DESC, referrer.root_id
LIMIT $limit
MATCH (leader:Identifier {handle: referrer.leader})
RETURN
  referrer.root_id AS root_id,
  leader.namespace + ':' + leader.mask AS leader,
  brought,
  datetime({epochMillis: first / 1000}) AS first,
  datetime({epochMillis: last / 1000}) AS last,
  COLLECT { UNWIND campaigns AS campaign RETURN campaign ORDER BY campaign } AS campaigns
ORDER BY brought DESC, root_id
