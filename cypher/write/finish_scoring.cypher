// Let a scoring count
//
// @param job: number of the scoring
// @param as_of: time
// @param cursor: sequence number
// @param summary: JSON
// @param trace: for the next scoring to compare with
MATCH (scoring:Scoring {job: $job})
SET
  scoring.as_of = $as_of,
  scoring.cursor = $cursor,
  scoring.summary = $summary,
  scoring.trace = $trace,
  scoring.state = 1
