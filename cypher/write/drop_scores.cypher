// Forget figures of people
//
// @param job: number of the scoring
// @param ids: list of handles
UNWIND $ids AS id
MATCH (:Identifier {handle: id})-[scored:SCORED]->(:Scoring {job: $job})
DELETE scored
