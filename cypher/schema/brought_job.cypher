// Links of a scoring
//
// To take them away when the next one counts.
CREATE INDEX brought_job IF NOT EXISTS
FOR ()-[n:BROUGHT]-() ON (n.job)
