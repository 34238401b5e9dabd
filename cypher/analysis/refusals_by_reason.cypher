// Links set aside, by reason
//
// Refused ones have the rule that bit as their reason; a past one is a device that went to somebody else since.
//
// @topic links
// @param purpose = 'service': its name
// @return reason: of a refused link; past
// @return between: the two namespaces
// @return links: how many
// @return identifiers: how many have such a link
MATCH (a:Identifier)-[aside:SET_ASIDE]->(b:Identifier)
WHERE aside.purpose = $purpose
WITH
  coalesce(aside.reason, aside.verdict) AS reason,
  CASE WHEN a.namespace < b.namespace THEN [a.namespace, b.namespace] ELSE [b.namespace, a.namespace] END AS between,
  count(*) AS links,
  collect(a.handle) + collect(b.handle) AS ends
UNWIND ends AS end
RETURN reason, between, links, count(DISTINCT end) AS identifiers
ORDER BY links DESC, reason, between
