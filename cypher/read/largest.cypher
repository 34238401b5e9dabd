// The largest parts
//
// @param purpose: its name
// @param limit: how many
// @return leader: list of handles
// @return size: list
MATCH (root:Root {purpose: $purpose})
WITH root.leader AS leader, COUNT { MATCH (root)<-[:BELONGS_TO]-(:Identifier) } AS size
ORDER BY size DESC, leader
LIMIT $limit
RETURN collect(leader) AS leader, collect(size) AS size
