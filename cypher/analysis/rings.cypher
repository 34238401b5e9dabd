// Rings of referral
//
// Two to four persons who bring each other round. Larger ones, and which of their referrals is set apart, `rootid rank`
// finds.
//
// @topic referrals
// @param purpose = 'service': its name
// @param limit = 25: how many rows
// @return size: persons
// @return ring: list of root-IDs, each brought the next and the last one the first
// @return leaders: list of namespaces and masks
CALL () {
  MATCH (a:Root {purpose: $purpose})<-[:BELONGS_TO]-(:Identifier)-[:REFERRED]->(to_b:Identifier)
  MATCH (to_b)-[:BELONGS_TO]->(b:Root {purpose: $purpose})
  WHERE a.root_id < b.root_id
  MATCH (b)<-[:BELONGS_TO]-(:Identifier)-[:REFERRED]->(to_a:Identifier)
  MATCH (to_a)-[:BELONGS_TO]->(a)
  RETURN DISTINCT [a, b] AS ring
  UNION ALL
  MATCH (a:Root {purpose: $purpose})<-[:BELONGS_TO]-(:Identifier)-[:REFERRED]->(to_b:Identifier)
  MATCH (to_b)-[:BELONGS_TO]->(b:Root {purpose: $purpose})
  WHERE a.root_id < b.root_id
  MATCH (b)<-[:BELONGS_TO]-(:Identifier)-[:REFERRED]->(to_c:Identifier)
  MATCH (to_c)-[:BELONGS_TO]->(c:Root {purpose: $purpose})
  WHERE a.root_id < c.root_id AND b <> c
  MATCH (c)<-[:BELONGS_TO]-(:Identifier)-[:REFERRED]->(to_a:Identifier)
  MATCH (to_a)-[:BELONGS_TO]->(a)
  RETURN DISTINCT [a, b, c] AS ring
  UNION ALL
  MATCH (a:Root {purpose: $purpose})<-[:BELONGS_TO]-(:Identifier)-[:REFERRED]->(to_b:Identifier)
  MATCH (to_b)-[:BELONGS_TO]->(b:Root {purpose: $purpose})
  WHERE a.root_id < b.root_id
  MATCH (b)<-[:BELONGS_TO]-(:Identifier)-[:REFERRED]->(to_c:Identifier)
  MATCH (to_c)-[:BELONGS_TO]->(c:Root {purpose: $purpose})
  WHERE a.root_id < c.root_id AND b <> c
  MATCH (c)<-[:BELONGS_TO]-(:Identifier)-[:REFERRED]->(to_d:Identifier)
  MATCH (to_d)-[:BELONGS_TO]->(d:Root {purpose: $purpose})
  WHERE a.root_id < d.root_id AND NOT d IN [b, c]
  MATCH (d)<-[:BELONGS_TO]-(:Identifier)-[:REFERRED]->(to_a:Identifier)
  MATCH (to_a)-[:BELONGS_TO]->(a)
  RETURN DISTINCT [a, b, c, d] AS ring
}
WITH ring, [root IN ring | root.root_id] AS ids
ORDER BY size(ring), ids
LIMIT $limit
RETURN
  size(ring) AS size,
  ids AS ring,
  COLLECT {
    UNWIND range(0, size(ring) - 1) AS at
    WITH at, ring[at] AS root
    MATCH (leader:Identifier {handle: root.leader})
    RETURN leader.namespace + ':' + leader.mask AS shown
    ORDER BY at
  } AS leaders
ORDER BY size, ids
