// Consents by handle
//
// Handles are how evidence names consents.
CREATE CONSTRAINT consent_handle IF NOT EXISTS
FOR (n:Consent) REQUIRE n.handle IS UNIQUE
