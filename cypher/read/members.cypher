// Membership of identifiers
//
// Those that belong to nobody yet are left out. `leader` is 0 for an attribute, which is in no part.
//
// @param purpose: its name
// @param ids: list of handles
// @return id: list of handles
// @return place: list
// @return own_id: list
// @return leader: list
// @return settled: list
// @return contested: list
// @return root: list of element ids
UNWIND $ids AS id
MATCH (identifier:Identifier {handle: id})-[belongs:BELONGS_TO]->(root)
USING INDEX SEEK identifier:Identifier(handle)
WHERE belongs.purpose = $purpose
RETURN
  collect(id) AS id,
  collect(identifier.place) AS place,
  collect(belongs.own_id) AS own_id,
  collect(coalesce(root.leader, 0)) AS leader,
  collect(belongs.settled) AS settled,
  collect(belongs.contested) AS contested,
  collect(elementId(root)) AS root
