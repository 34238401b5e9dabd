// Links that nothing carries
//
// Pairs with evidence, none of which has a consent or a legal basis. Where the policy requires one they join nobody: a
// source to talk to.
//
// @topic links
// @return between: the two namespaces
// @return source: that saw them
// @return links: how many pairs
// @return seen_together: how often
MATCH (a:Identifier)-[link:LINKED]->(b:Identifier)
WITH a, b, collect(DISTINCT link.backing) AS backings
WHERE backings = [1]
MATCH (a)-[:SEEN_IN]->(sighting:Sighting)<-[:SEEN_IN]-(b)
RETURN
  CASE WHEN a.namespace < b.namespace THEN [a.namespace, b.namespace] ELSE [b.namespace, a.namespace] END AS between,
  sighting.source AS source,
  count(DISTINCT [a.handle, b.handle]) AS links,
  count(*) AS seen_together
ORDER BY links DESC, between, source
