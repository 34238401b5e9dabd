// Dump kept answers
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (answer:KeptAnswer)
RETURN answer {.key, .request, .body, .at} AS row
