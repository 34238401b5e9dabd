// Put the store on record
//
// The one node of the store, where there is none yet; of one that is there only the schema version is set.
//
// @param version: schema version
MERGE (store:Store {name: 'rootid'})
ON CREATE SET
  store.clock = 0, store.stamp = 0, store.identifiers = 0, store.places = 0, store.consents = 0, store.backings = 1,
  store.changes = 0, store.receipts = 0
SET store.schema = $version
MERGE (backing:Backing {handle: 1})
ON CREATE SET backing.consent = 0, backing.basis = '', backing.weight = 1.0
