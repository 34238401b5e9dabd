// Who answers for those that an erased identifier answered for
//
// @param purpose: its name
// @param erased: handle
// @param heir: handle, 0 for nobody
MATCH (successor:Successor {heir: $erased})
WHERE successor.purpose = $purpose
SET successor.heir = $heir
