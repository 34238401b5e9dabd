// Policies by version
//
// Each policy that was ever in force, once.
CREATE CONSTRAINT policy_version IF NOT EXISTS
FOR (n:Policy) REQUIRE n.version IS UNIQUE
