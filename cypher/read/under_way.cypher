// The purpose of a scoring that is under way
//
// No row where it is finished, or was replaced by another one.
//
// @param job: number of the scoring
// @return purpose: its name
MATCH (scoring:Scoring {job: $job, state: 0})
RETURN scoring.purpose AS purpose
