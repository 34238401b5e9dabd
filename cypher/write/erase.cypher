// Erase identifiers
//
// With all relationships of theirs; a root that nobody belongs to any more goes, too.
//
// @param ids: list of handles
UNWIND $ids AS id
MATCH (identifier:Identifier {handle: id})
OPTIONAL MATCH (identifier)-[:BELONGS_TO]->(root:Root)
WITH collect(DISTINCT identifier) AS gone, collect(DISTINCT root) AS roots
FOREACH (identifier IN gone | DETACH DELETE identifier)
WITH roots
UNWIND roots AS root
WITH root
WHERE NOT EXISTS { MATCH (root)<-[:BELONGS_TO]-() }
DELETE root
