// Let the scoring that counts tell something new
//
// Only where it was made when the caller thinks that it was.
//
// @param job: number of the scoring
// @param before: time
// @param whole: map of what it tells
// @return amended: whether it was
OPTIONAL MATCH (scoring:Scoring {job: $job, made: $before, state: 1})
SET scoring += $whole
RETURN scoring IS NOT NULL AS amended
