// Record statements on referrals
//
// Rows are [referrer, referee, map of what was told].
//
// @param rows: list of rows
UNWIND $rows AS row
MATCH (referrer:Identifier {handle: row[0]})
MATCH (referee:Identifier {handle: row[1]})
CREATE (referrer)-[referral:REFERRED]->(referee)
SET referral = row[2]
