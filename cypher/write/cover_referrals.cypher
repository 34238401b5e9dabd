// Replace event ids of statements on referrals
//
// Rows are [stamp, the old, the new].
//
// @param rows: list of rows
UNWIND $rows AS row
MATCH ()-[told:REFERRED {recorded: row[0]}]->()
SET told.event_id = row[2]
