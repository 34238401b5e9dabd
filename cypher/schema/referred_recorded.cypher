// Statements on referrals by moment of recording
//
// For what was told since a scoring, and for putting another cover on event ids step by step.
CREATE INDEX referred_recorded IF NOT EXISTS
FOR ()-[n:REFERRED]-() ON (n.recorded)
