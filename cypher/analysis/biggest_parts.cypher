// The biggest parts
//
// A part of more members than a person can have is a shop's phone number or a till that no rule has caught yet.
// `contested` tells in how many memberships a rule bit.
//
// @topic people
// @param purpose = 'service': its name
// @param limit = 25: how many rows
// @return root_id: UUID
// @return leader: namespace and mask
// @return members: how many
// @return namespaces: how many different ones
// @return contested: members in whose part a link was set aside
MATCH (root:Root {purpose: $purpose})<-[belongs:BELONGS_TO]-(identifier:Identifier)
WITH
  root,
  count(*) AS members,
  count(DISTINCT identifier.place) AS namespaces,
  sum(CASE WHEN belongs.contested THEN 1 ELSE 0 END) AS contested
ORDER BY members DESC, root.root_id
LIMIT $limit
MATCH (leader:Identifier {handle: root.leader})
RETURN root.root_id AS root_id, leader.namespace + ':' + leader.mask AS leader, members, namespaces, contested
ORDER BY members DESC, root_id
