// Dump closes
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (close:Close)
RETURN close {.a, .b, .at, .source, .by, .reason, .recorded} AS row
