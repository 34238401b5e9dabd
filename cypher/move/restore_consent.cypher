// Restore consents
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (consent:Consent)
SET consent = row {.handle, .consent_id}
