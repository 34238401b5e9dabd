// Remove links of scorings that were given up
//
// @param most: how many at most
// @return removed: how many
MATCH (scoring:Scoring {state: 2})
MATCH (:Identifier)-[link:BROUGHT]->(referee:Identifier)
WHERE link.job = scoring.job
WITH link
ORDER BY scoring.job, referee.handle
LIMIT $most
DELETE link
RETURN count(*) AS removed
