// The fission tree of a root (picture)
//
// Whom it brought, whom these brought, four steps down: referrals between identifiers, and the roots of those who
// brought anybody. Follow the thick arrows.
//
// @topic referrals
// @param root_id = '': UUID
// @param limit = 200: how many referrals
// @return above: node, who brought
// @return of_referrer: relationship
// @return referrer: node
// @return told: relationship
// @return referee: node
// @return of_referee: relationship, null where the one who was brought brought nobody
// @return branch: node, likewise
// @return brought: root-ID of who was brought
MATCH (top:Root {root_id: $root_id})
CALL (top) {
  RETURN top AS above
  UNION
  MATCH (top)<-[:BELONGS_TO]-(:Identifier)-[:REFERRED]->(one:Identifier)
  MATCH (one)-[:BELONGS_TO]->(above:Root {purpose: top.purpose})
  RETURN above
  UNION
  MATCH (top)<-[:BELONGS_TO]-(:Identifier)-[:REFERRED]->(one:Identifier)
  MATCH (one)-[:BELONGS_TO]->(first:Root {purpose: top.purpose})
  MATCH (first)<-[:BELONGS_TO]-(:Identifier)-[:REFERRED]->(two:Identifier)
  MATCH (two)-[:BELONGS_TO]->(above:Root {purpose: top.purpose})
  RETURN above
  UNION
  MATCH (top)<-[:BELONGS_TO]-(:Identifier)-[:REFERRED]->(one:Identifier)
  MATCH (one)-[:BELONGS_TO]->(first:Root {purpose: top.purpose})
  MATCH (first)<-[:BELONGS_TO]-(:Identifier)-[:REFERRED]->(two:Identifier)
  MATCH (two)-[:BELONGS_TO]->(second:Root {purpose: top.purpose})
  MATCH (second)<-[:BELONGS_TO]-(:Identifier)-[:REFERRED]->(three:Identifier)
  MATCH (three)-[:BELONGS_TO]->(above:Root {purpose: top.purpose})
  RETURN above
}
MATCH (above)<-[of_referrer:BELONGS_TO]-(referrer:Identifier)-[told:REFERRED]->(referee:Identifier)
MATCH (referee)-[belongs:BELONGS_TO]->(below:Root {purpose: above.purpose})
WITH
  above,
  of_referrer,
  referrer,
  told,
  referee,
  belongs,
  below,
  EXISTS { MATCH (below)<-[:BELONGS_TO]-(:Identifier)-[:REFERRED]->() } AS branches
RETURN
  above,
  of_referrer,
  referrer,
  told,
  referee,
  CASE WHEN branches THEN belongs END AS of_referee,
  CASE WHEN branches THEN below END AS branch,
  below.root_id AS brought
ORDER BY told.at, told.recorded
LIMIT $limit
