// Who identifiers are
//
// One answer for all keys, of which only those on record are in it; `at` is the position in $keys. `torn` marks one that
// a commit was just moving: ask again.
//
// @param purpose: its name
// @param keys: list of keys in hexadecimal
// @return due: when something changes by itself next, null for never
// @return found: list of [at, own id, root-ID ('' for an attribute), namespace, scope, mask, settled, torn]
CALL {
  MATCH ()-[link:EXPIRES]->()
  WHERE link.at > -1
  RETURN link.at AS due
  ORDER BY link.at
  LIMIT 1
  UNION ALL
  MATCH (consent:Consent)
  WHERE consent.due > -1
  RETURN consent.due AS due
  ORDER BY consent.due
  LIMIT 1
  UNION ALL
  RETURN null AS due
}
WITH min(due) AS due
UNWIND range(0, size($keys) - 1) AS at
OPTIONAL MATCH (identifier:Identifier {key: $keys[at]})
OPTIONAL MATCH (identifier)-[belongs:BELONGS_TO]->(root)
WHERE belongs.purpose = $purpose
RETURN
  due,
  collect(CASE WHEN identifier.named IS NOT NULL THEN [
    at,
    coalesce(belongs.own_id, ''),
    coalesce(root.root_id, ''),
    identifier.namespace,
    identifier.scope,
    identifier.mask,
    coalesce(belongs.settled, 0),
    belongs IS NULL OR (root.root_id IS NULL AND root.key IS NULL)
  ] END) AS found
