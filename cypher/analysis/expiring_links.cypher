// Links about to expire
//
// They reach their `max_age` within some days if they aren't seen again; then a part may split. What is overdue waits
// for the sweep.
//
// @topic links
// @param days = 30: from now on
// @param limit = 50: how many rows
// @return ends: time
// @return one: namespace and mask
// @return other: namespace and mask
// @return last_seen: time
MATCH (a:Identifier)-[expires:EXPIRES]->(b:Identifier)
WHERE expires.at <= timestamp() * 1000 + $days * 86400000000
WITH a, b, expires
ORDER BY expires.at, a.key, b.key
LIMIT $limit
MATCH (a)-[link:LINKED]-(b)
WITH a, b, expires, max(link.last_seen) AS last
RETURN
  datetime({epochMillis: expires.at / 1000}) AS ends,
  a.namespace + ':' + a.mask AS one,
  b.namespace + ':' + b.mask AS other,
  datetime({epochMillis: last / 1000}) AS last_seen
ORDER BY expires.at, a.key, b.key
