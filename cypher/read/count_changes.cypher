// Changes by kind, joins left out
//
// @return name: what was counted
// @return count: how many
MATCH (change:Change)
WHERE change.kind <> 'join'
RETURN change.kind AS name, count(*) AS count
ORDER BY name
