// Keys of identifiers, by handle
//
// @param after: handle
// @param most: how many
// @return rows: list of [handle, key in hexadecimal]
MATCH (n:Identifier)
WHERE n.handle > $after
WITH n
ORDER BY n.handle
LIMIT $most
RETURN collect([n.handle, n.key]) AS rows
