// Let scorings count no more
//
// Those of a purpose that are in a state (0: under way, 1: the last good one); their rows are cleared away later (state 2).
//
// @param purpose: its name
// @param state: number
MATCH (scoring:Scoring {purpose: $purpose, state: $state})
SET scoring.state = 2
REMOVE scoring.summary, scoring.trace
