// Dump statements on referrals
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (referrer:Identifier)-[told:REFERRED]->(referee:Identifier)
RETURN told {
  .of, .at, .campaign, .channel, .code, .status, .value, .source, .event_id, .recorded,
  referrer: referrer.handle, referee: referee.handle
} AS row
