// Forget who brought people
//
// @param job: number of the scoring
// @param ids: list of handles
UNWIND $ids AS id
MATCH (:Identifier)-[link:BROUGHT]->(:Identifier {handle: id})
WHERE link.job = $job
DELETE link
