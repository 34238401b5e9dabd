// Dump consents
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (consent:Consent)
RETURN consent {.handle, .consent_id} AS row
