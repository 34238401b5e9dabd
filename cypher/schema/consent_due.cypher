// Consents by when they may end
//
// What changes by itself, the earliest first.
CREATE INDEX consent_due IF NOT EXISTS
FOR (n:Consent) ON (n.due)
