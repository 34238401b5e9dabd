// Changes by kind
//
// @return name: what was counted
// @return count: how many
MATCH (change:Change)
RETURN change.kind AS name, count(*) AS count
ORDER BY name
