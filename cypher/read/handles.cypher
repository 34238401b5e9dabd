// Identifiers by key
//
// Only those on record are answered; `at` is the position in $keys.
//
// @param keys: list of keys in hexadecimal
// @return at: list of positions
// @return handle: list of handles
// @return unnamed: list of whether no event has named it yet
// @return node: list of element ids
UNWIND range(0, size($keys) - 1) AS at
MATCH (identifier:Identifier {key: $keys[at]})
USING INDEX SEEK identifier:Identifier(key)
RETURN
  collect(at) AS at,
  collect(identifier.handle) AS handle,
  collect(identifier.named IS NULL) AS unnamed,
  collect(elementId(identifier)) AS node
