// Identifiers that an event has named, by namespace
//
// @return name: what was counted
// @return count: how many
MATCH (identifier:Identifier)
WHERE identifier.named IS NOT NULL
RETURN identifier.namespace AS name, count(*) AS count
ORDER BY count DESC, name
