// All API keys, the eldest first
//
// Without their secrets, which are not on record.
//
// @return key: map of what is on record
MATCH (key:ApiKey)
RETURN key {.*} AS key
ORDER BY key.made, key.id
