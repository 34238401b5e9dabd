// What a scoring left for the next one to compare with
//
// @param job: number of the scoring
// @return trace: or null
MATCH (scoring:Scoring {job: $job, state: 1})
RETURN scoring.trace AS trace
