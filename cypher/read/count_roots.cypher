// Roots, and the largest, by purpose
//
// @return name: of the purpose
// @return roots: how many
// @return largest: members of the largest
MATCH (root:Root)
WITH root.purpose AS name, COUNT { MATCH (root)<-[:BELONGS_TO]-(:Identifier) } AS size
RETURN name, count(*) AS roots, max(size) AS largest
ORDER BY name
