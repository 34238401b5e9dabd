// Decisions by consent
//
// From a consent to the decisions that it carries.
CREATE INDEX decision_consent IF NOT EXISTS
FOR (n:Decision) ON (n.consent)
