// Remember that nothing is left of scorings that were given up
//
// Their nodes stay (state 3), so that no number is given twice.
MATCH (scoring:Scoring {state: 2})
SET scoring.state = 3
