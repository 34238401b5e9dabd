// Devices that many people use
//
// Tablets on a counter, family computers. Two people on one are not one person.
//
// @topic links
// @param purpose = 'service': its name
// @param limit = 25: how many rows
// @return namespace: its name
// @return mask: what people see
// @return key: in hexadecimal
// @return linked_with: identifiers with evidence
// @return roots: how many different ones these have
// @return last_seen: time
MATCH (identifier:Identifier)-[belongs:BELONGS_TO]->()
WHERE belongs.purpose = $purpose AND belongs.settled = 2
MATCH (identifier)-[link:LINKED]-(other:Identifier)-[of_other:BELONGS_TO]->(root:Root)
WHERE of_other.purpose = $purpose
RETURN
  identifier.namespace AS namespace,
  identifier.mask AS mask,
  identifier.key AS key,
  count(DISTINCT other) AS linked_with,
  count(DISTINCT root) AS roots,
  datetime({epochMillis: max(link.last_seen) / 1000}) AS last_seen
ORDER BY roots DESC, linked_with DESC, key
LIMIT $limit
