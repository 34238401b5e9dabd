// Referrals of oneself
//
// Referrer and referee are one person by now. Not a fraud by itself: somebody tried a link, or changed the phone; but
// it counts for nobody.
//
// @topic referrals
// @param purpose = 'service': its name
// @param limit = 25: how many rows
// @return at: time
// @return root_id: UUID
// @return referrer: namespace and mask
// @return referee: namespace and mask
// @return status: as told
// @return campaign: or null
MATCH (root:Root {purpose: $purpose})<-[:BELONGS_TO]-(referrer:Identifier)
MATCH (referrer)-[told:REFERRED]->(referee:Identifier)
MATCH (referee)-[:BELONGS_TO]->(root)
RETURN
  datetime({epochMillis: told.at / 1000}) AS at,
  root.root_id AS root_id,
  referrer.namespace + ':' + referrer.mask AS referrer,
  referee.namespace + ':' + referee.mask AS referee,
  told.status AS status,
  told.campaign AS campaign
ORDER BY told.at DESC, told.recorded
LIMIT $limit
