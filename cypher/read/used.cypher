// Things that identifiers were seen with
//
// Each with the backing of the evidence, once; only evidence that no close has ended.
//
// @param ids: list of handles
// @param places: list of handles
// @return id: list of handles
// @return thing: list of handles
// @return backing: list of handles
UNWIND $ids AS id
MATCH (:Identifier {handle: id})-[link:LINKED]-(thing:Identifier)
WHERE NOT link.closed AND thing.place IN $places
WITH DISTINCT id, thing.handle AS thing, link.backing AS backing
RETURN collect(id) AS id, collect(thing) AS thing, collect(backing) AS backing
