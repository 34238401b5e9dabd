// Handles of all backings
//
// @return handle: of one
MATCH (backing:Backing)
RETURN backing.handle AS handle
ORDER BY handle
