// All identifiers
//
// @return handle: handle
// @return key: in hexadecimal
// @return namespace: its name
// @return scope: '' for none
MATCH (identifier:Identifier)
RETURN identifier.handle AS handle, identifier.key AS key, identifier.namespace AS namespace, identifier.scope AS scope
