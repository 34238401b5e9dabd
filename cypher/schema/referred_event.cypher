// Referrals by event
//
// An event of a source is on record once.
CREATE INDEX referred_event IF NOT EXISTS
FOR ()-[n:REFERRED]-() ON (n.source, n.event_id)
