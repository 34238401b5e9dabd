// A root with its members and links (picture)
//
// Who is one person under a purpose, by what evidence, and which links were set aside. With "Connect result nodes" on,
// Browser draws all else between the members, too.
//
// @topic people
// @param root_id = '': UUID
// @param limit = 300: how many rows
// @return root: node
// @return belongs: relationship
// @return identifier: node
// @return link: relationship or null
// @return other: node or null
MATCH (root:Root {root_id: $root_id})<-[belongs:BELONGS_TO]-(identifier:Identifier)
OPTIONAL MATCH (identifier)-[link:LINKED|SET_ASIDE]->(other:Identifier)
WHERE EXISTS { MATCH (other)-[:BELONGS_TO]->(root) } AND coalesce(link.purpose, root.purpose) = root.purpose
RETURN root, belongs, identifier, link, other
ORDER BY identifier.key, other.key, type(link), link.moment, link.backing
LIMIT $limit
