// How many parts have how many members
//
// Most people have a handful of identifiers. A long tail, or a bump far out, is worth a look at the biggest parts.
//
// @topic health
// @param purpose = 'service': its name
// @return members: of a part
// @return parts: how many
// @return identifiers: in these
MATCH (root:Root {purpose: $purpose})
WITH COUNT { MATCH (root)<-[:BELONGS_TO]-(:Identifier) } AS members
RETURN members, count(*) AS parts, members * count(*) AS identifiers
ORDER BY members
