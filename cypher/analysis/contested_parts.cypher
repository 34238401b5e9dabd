// Parts where rules bite most
//
// Links that lead out of a part or within it and were refused. Many of them around one part: two people share
// something, or one person is on record twice.
//
// @topic health
// @param purpose = 'service': its name
// @param limit = 25: how many rows
// @return root_id: UUID
// @return leader: namespace and mask
// @return members: how many
// @return refused: links
// @return reasons: list
MATCH (root:Root {purpose: $purpose})<-[:BELONGS_TO]-(identifier:Identifier)-[aside:SET_ASIDE {verdict: 'refused'}]-(:Identifier)
WHERE aside.purpose = $purpose
WITH root, count(DISTINCT aside) AS refused, collect(DISTINCT aside.reason) AS reasons
ORDER BY refused DESC, root.root_id
LIMIT $limit
MATCH (leader:Identifier {handle: root.leader})
RETURN
  root.root_id AS root_id,
  leader.namespace + ':' + leader.mask AS leader,
  COUNT { MATCH (root)<-[:BELONGS_TO]-(:Identifier) } AS members,
  refused,
  COLLECT { UNWIND reasons AS reason RETURN reason ORDER BY reason } AS reasons
ORDER BY refused DESC, root_id
