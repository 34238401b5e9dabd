// The last finished scoring of a purpose
//
// @param purpose: its name
// @return job: number
// @return made: time
// @return as_of: time
// @return cursor: sequence number
// @return summary: JSON
MATCH (scoring:Scoring {purpose: $purpose, state: 1})
RETURN
  scoring.job AS job,
  scoring.made AS made,
  scoring.as_of AS as_of,
  scoring.cursor AS cursor,
  scoring.summary AS summary
