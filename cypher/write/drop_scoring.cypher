// Drop what is kept of scorings
//
// Those of a purpose that are in a state (0: under way, 1: the last good one); they are in state 2 then.
//
// @param purpose: its name
// @param state: number
MATCH (scoring:Scoring {purpose: $purpose, state: $state})
SET scoring.state = 2
REMOVE scoring.summary, scoring.trace
WITH scoring
CALL (scoring) {
  MATCH (scoring)<-[scored:SCORED]-(:Identifier)
  DELETE scored
}
CALL (scoring) {
  MATCH (:Identifier)-[link:BROUGHT]->(:Identifier)
  WHERE link.job = scoring.job
  DELETE link
}
