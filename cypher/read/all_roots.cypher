// All identifiers under a purpose, by own id
//
// @param purpose: its name
// @return namespace: its name
// @return scope: '' for none
// @return key: in hexadecimal
// @return mask: what people see
// @return own_id: UUID
// @return root_id: UUID, null for an attribute
MATCH (identifier:Identifier)-[belongs:BELONGS_TO]->(root)
WHERE belongs.purpose = $purpose
RETURN
  identifier.namespace AS namespace,
  identifier.scope AS scope,
  identifier.key AS key,
  identifier.mask AS mask,
  belongs.own_id AS own_id,
  root.root_id AS root_id
ORDER BY own_id
