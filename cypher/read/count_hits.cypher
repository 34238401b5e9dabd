// Blocked and parked values by namespace
//
// @return what: blocked or parked
// @return name: of the namespace
// @return count: how many
MATCH (hit:Hit)
RETURN hit.what AS what, hit.namespace AS name, hit.count AS count
ORDER BY what, name
