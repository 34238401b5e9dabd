// Restore kept answers
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (answer:KeptAnswer)
SET answer = row {.key, .request, .body, .at}
