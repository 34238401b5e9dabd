// Around an identifier (picture)
//
// What an identifier was seen with, what that was seen with, and the roots of all of them under a purpose.
//
// @topic people
// @param key = '': in hexadecimal
// @param purpose = 'service': its name
// @param limit = 100: how many links of each step
// @return identifier: node
// @return link: relationship
// @return other: node
// @return belongs: relationship
// @return root: node
MATCH (start:Identifier {key: $key})
CALL (start) {
  RETURN start AS identifier
  UNION
  MATCH (start)-[link:LINKED]-(identifier:Identifier)
  WITH identifier, max(link.last_seen) AS last
  ORDER BY last DESC, identifier.key
  LIMIT $limit
  RETURN identifier
}
MATCH (identifier)-[link:LINKED]-(other:Identifier)
MATCH (other)-[belongs:BELONGS_TO]->(root)
WHERE belongs.purpose = $purpose
RETURN identifier, link, other, belongs, root
ORDER BY link.last_seen DESC, identifier.key, other.key, link.moment, link.backing
LIMIT $limit
