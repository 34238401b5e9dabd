// Links by when they may expire
//
// What changes by itself, the earliest first.
CREATE INDEX expires_at IF NOT EXISTS
FOR ()-[n:EXPIRES]-() ON (n.at)
