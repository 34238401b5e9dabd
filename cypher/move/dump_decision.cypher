// Dump decisions
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (decision:Decision)
RETURN decision {.ruling, .a, .b, .at, .consent, .basis, .by, .reason, .recorded} AS row
