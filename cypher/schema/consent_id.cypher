// Consents by id
//
// A consent is one node, however often it is renewed.
CREATE CONSTRAINT consent_id IF NOT EXISTS
FOR (n:Consent) REQUIRE n.consent_id IS UNIQUE
