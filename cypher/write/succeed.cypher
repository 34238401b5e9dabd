// Remember who answers for an erased identifier
//
// @param purpose: its name
// @param own_id: UUID
// @param heir: handle, 0 for nobody
MERGE (successor:Successor {own_id: $own_id})
SET successor.purpose = $purpose, successor.heir = $heir
