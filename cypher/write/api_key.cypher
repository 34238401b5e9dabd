// Put an API key on record
//
// In the place of the one with its id.
//
// @param id: of the key
// @param key: map of what is on record
MERGE (key:ApiKey {id: $id})
SET key = $key
