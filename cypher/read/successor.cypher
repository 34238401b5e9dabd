// Who answers for an erased identifier
//
// @param own_id: UUID
// @return purpose: its name
// @return id: handle, 0 for nobody
MATCH (successor:Successor {own_id: $own_id})
RETURN successor.purpose AS purpose, successor.heir AS id
