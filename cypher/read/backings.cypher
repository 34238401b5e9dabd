// What carries evidence
//
// @param ids: list of handles
// @return id: list of handles
// @return consent: list of handles, 0 for none
// @return basis: list, '' for none
// @return weight: list
UNWIND $ids AS id
MATCH (backing:Backing {handle: id})
USING INDEX SEEK backing:Backing(handle)
RETURN collect(id) AS id, collect(backing.consent) AS consent, collect(backing.basis) AS basis, collect(backing.weight) AS weight
