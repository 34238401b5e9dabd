// All statements on some referrals
//
// Those that have one of these events, or are between these two under this code.
//
// @param events: list of [source, event id]
// @param codes: list of [referrer, referee, code]
// @return rows: list of [of, referrer, referee, at, campaign, channel, code, status, value, source, event id, recorded]
CALL {
  UNWIND $events AS event
  MATCH ()-[referral:REFERRED {source: event[0], event_id: event[1]}]->()
  RETURN referral.of AS of
  UNION
  UNWIND $codes AS code
  MATCH (:Identifier {handle: code[0]})-[referral:REFERRED {code: code[2]}]->(:Identifier {handle: code[1]})
  RETURN referral.of AS of
}
MATCH (referrer:Identifier)-[told:REFERRED {of: of}]->(referee:Identifier)
RETURN
  collect([
    told.of, referrer.handle, referee.handle, told.at, told.campaign, told.channel, told.code, told.status, told.value,
    told.source, told.event_id, told.recorded
  ]) AS rows
