// Identifiers that show a mask
//
// People look for somebody by what is on a screen or a slip. Several may show the same mask: take the key or the
// root-ID of the right one into the queries below. Looks through all identifiers.
//
// @topic people
// @param mask = '138****0001': what people see of the value
// @param purpose = 'service': its name
// @param limit = 25: how many rows
// @return namespace: its name
// @return scope: '' for none
// @return mask: what people see
// @return key: in hexadecimal
// @return root_id: null for an attribute
// @return members: of the root
MATCH (identifier:Identifier)
WHERE identifier.mask = $mask
MATCH (identifier)-[belongs:BELONGS_TO]->(root)
WHERE belongs.purpose = $purpose
RETURN
  identifier.namespace AS namespace,
  identifier.scope AS scope,
  identifier.mask AS mask,
  identifier.key AS key,
  root.root_id AS root_id,
  COUNT { MATCH (root)<-[:BELONGS_TO]-(:Identifier) } AS members
ORDER BY namespace, scope, key
LIMIT $limit
