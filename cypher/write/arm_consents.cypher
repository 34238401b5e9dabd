// Remember when consents may end
//
// Rows are [handle, at]; the earlier time stays.
//
// @param rows: list of rows
UNWIND $rows AS row
MATCH (consent:Consent {handle: row[0]})
SET consent.due = CASE WHEN consent.due < row[1] THEN consent.due ELSE row[1] END
