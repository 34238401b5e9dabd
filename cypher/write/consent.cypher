// Record new consents
//
// Evidence may name one before it is granted. Rows are [handle, consent id].
//
// @param rows: list of rows
UNWIND $rows AS row
CREATE (:Consent {handle: row[0], consent_id: row[1]})
