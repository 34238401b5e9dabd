// Backings by consent
//
// From a consent to the evidence that it carries.
CREATE INDEX backing_consent IF NOT EXISTS
FOR (n:Backing) ON (n.consent)
