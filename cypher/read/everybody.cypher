// Handles of all identifiers
//
// @return id: list of handles
MATCH (identifier:Identifier)
RETURN collect(identifier.handle) AS id
