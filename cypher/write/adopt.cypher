// Put key fingerprint and policy on record
//
// A policy that was in force before keeps the time it was first adopted.
//
// @param fingerprint: of the HMAC key
// @param version: of the policy
// @param body: the policy as JSON
// @param now: microseconds
MERGE (policy:Policy {version: $version})
ON CREATE SET policy.since = $now, policy.body = $body
WITH count(*) AS done
MATCH (store:Store {name: 'rootid'})
WHERE done = 1
SET store.fingerprint = $fingerprint, store.policy = $version
