// Take the turn, then say where the store stands
//
// Setting a property locks the node until the transaction ends; the aggregation is a barrier, so that everything after
// it is read when the wait is over. First statement of every write and of every consistent view.
//
// @return schema: schema version
// @return turns: how many writes there were, this one among them
// @return state: map of clock, stamp and counters
// @return fingerprint: of the HMAC key, null in a new store
// @return standing: which cover is in force (JSON), null where none ever was
// @return policy: the policy on record (JSON), null in a new store
// @return changing: how far a change of the policy has come, null where none is under way
// @return audit: list of [number, digest] of the last row of the audit log, empty where there is none
// @return seal: of the last row, in hexadecimal, null where there is none
// @return places: list of [handle, namespace, scope]
// @return decided: whether there is any decision
// @return closed: whether there is any close
// @return buried: whether there is any tombstone
// @return due: when something changes by itself next, null for never
MATCH (store:Store {name: 'rootid'})
SET store.turns = coalesce(store.turns, 0) + 1
WITH count(*) AS taken
MATCH (store:Store {name: 'rootid'})
WHERE taken = 1
OPTIONAL MATCH (policy:Policy {version: store.policy})
CALL {
  MATCH ()-[link:EXPIRES]->()
  WHERE link.at > -1
  RETURN link.at AS link_due
  ORDER BY link.at
  LIMIT 1
  UNION ALL
  RETURN null AS link_due
}
WITH store, policy, min(link_due) AS link_due
CALL {
  MATCH (consent:Consent)
  WHERE consent.due > -1
  RETURN consent.due AS consent_due
  ORDER BY consent.due
  LIMIT 1
  UNION ALL
  RETURN null AS consent_due
}
WITH store, policy, link_due, min(consent_due) AS consent_due
RETURN
  store.schema AS schema,
  store.turns AS turns,
  store {.clock, .stamp, .identifiers, .places, .consents, .backings, .changes, .receipts} AS state,
  store.fingerprint AS fingerprint,
  store.standing AS standing,
  policy.body AS policy,
  store.changing AS changing,
  COLLECT {
    MATCH (entry:AuditEntry)
    WHERE entry.seq > 0
    RETURN [entry.seq, entry.digest] AS head
    ORDER BY entry.seq DESC
    LIMIT 1
  } AS audit,
  store.seal AS seal,
  COLLECT { MATCH (place:Place) RETURN [place.handle, place.namespace, place.scope] } AS places,
  EXISTS { MATCH (:Decision) } AS decided,
  EXISTS { MATCH (:Close) } AS closed,
  EXISTS { MATCH (:Tombstone) } AS buried,
  CASE WHEN link_due < consent_due OR consent_due IS NULL THEN link_due ELSE consent_due END AS due
