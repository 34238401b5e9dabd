// How many parts have how many members
//
// @return name: of the purpose
// @return size: members
// @return count: parts
MATCH (root:Root)
WITH root.purpose AS name, COUNT { MATCH (root)<-[:BELONGS_TO]-(:Identifier) } AS size
RETURN name, size, count(*) AS count
ORDER BY name, size
