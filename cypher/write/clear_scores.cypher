// Remove figures of scorings that were given up
//
// @param most: how many at most
// @return removed: how many
MATCH (scoring:Scoring {state: 2})<-[scored:SCORED]-(person:Identifier)
WITH scored
ORDER BY scoring.job, person.handle
LIMIT $most
DELETE scored
RETURN count(*) AS removed
