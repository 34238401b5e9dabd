// Kept answers by time
//
// Those that are too old are forgotten.
CREATE INDEX kept_answer_at IF NOT EXISTS
FOR (n:KeptAnswer) ON (n.at)
