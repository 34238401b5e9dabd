// Mass values and shared devices
//
// The most linked first.
//
// @param purpose: its name
// @return id: list of handles
// @return place: list
// @return settled: list
// @return linked: list of counts
MATCH (identifier:Identifier)-[belongs:BELONGS_TO]->()
WHERE belongs.purpose = $purpose AND belongs.settled > 0
WITH
  identifier,
  belongs.settled AS settled,
  COUNT {
    MATCH (identifier)-[:LINKED]-(other:Identifier)
    RETURN DISTINCT other
  } AS linked
ORDER BY linked DESC, identifier.handle
RETURN
  collect(identifier.handle) AS id,
  collect(identifier.place) AS place,
  collect(settled) AS settled,
  collect(linked) AS linked
