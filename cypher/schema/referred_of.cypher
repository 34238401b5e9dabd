// Statements on referrals by referral
//
// All that was told of one referral.
CREATE INDEX referred_of IF NOT EXISTS
FOR ()-[n:REFERRED]-() ON (n.of)
