// Statements on referrals by moment of recording
//
// For what was told since a scoring.
CREATE INDEX referred_recorded IF NOT EXISTS
FOR ()-[n:REFERRED]-() ON (n.recorded)
