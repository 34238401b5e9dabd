// Which marks have a tombstone
//
// @param marks: list in hexadecimal
// @return mark: list
// @return at: list of times
UNWIND $marks AS mark
MATCH (tombstone:Tombstone {mark: mark})
RETURN collect(mark) AS mark, collect(tombstone.at) AS at
