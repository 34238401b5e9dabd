// Refused links, one by one
//
// With the pair that it would have put together against a rule. A wrong one is mended by a decision (`rootid decide`).
//
// @topic links
// @param purpose = 'service': its name
// @param reason = '': unique, limit, attribute, max_size, never_link or other_owner; '' for all
// @param limit = 50: how many rows
// @return reason: which rule
// @return one: namespace and mask
// @return other: namespace and mask
// @return roots: root-IDs of the two
// @return clash: the pair that must not meet, or null
MATCH (a:Identifier)-[aside:SET_ASIDE {verdict: 'refused'}]->(b:Identifier)
WHERE aside.purpose = $purpose AND $reason IN ['', aside.reason]
WITH a, b, aside
ORDER BY aside.reason, a.key, b.key
LIMIT $limit
OPTIONAL MATCH (clash_a:Identifier {handle: aside.clash_a})
OPTIONAL MATCH (clash_b:Identifier {handle: aside.clash_b})
RETURN
  aside.reason AS reason,
  a.namespace + ':' + a.mask AS one,
  b.namespace + ':' + b.mask AS other,
  COLLECT {
    MATCH (end:Identifier)-[belongs:BELONGS_TO]->(root:Root)
    WHERE end IN [a, b] AND belongs.purpose = $purpose
    RETURN DISTINCT root.root_id AS root_id
    ORDER BY root_id
  } AS roots,
  clash_a.namespace + ':' + clash_a.mask + ' / ' + clash_b.namespace + ':' + clash_b.mask AS clash
ORDER BY reason, a.key, b.key
