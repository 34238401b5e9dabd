// Restore statements on referrals
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
MATCH (referrer:Identifier {handle: row.referrer})
MATCH (referee:Identifier {handle: row.referee})
CREATE (referrer)-[told:REFERRED]->(referee)
SET told = row {.of, .at, .campaign, .channel, .code, .status, .value, .source, .event_id, .recorded}
