// Begin a scoring
//
// No number is ever given twice.
//
// @param purpose: its name
// @param made: time
// @return job: number of the scoring
OPTIONAL MATCH (held:Scoring)
WITH coalesce(max(held.job), 0) + 1 AS job
CREATE (:Scoring {job: job, purpose: $purpose, made: $made, state: 0})
RETURN job
