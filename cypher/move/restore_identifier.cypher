// Restore identifiers
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
MATCH (place:Place {handle: row.place})
CREATE (:Identifier {
  handle: row.handle, key: row.key, place: row.place, namespace: place.namespace, scope: place.scope, mask: row.mask,
  clear: row.clear, named: row.named
})
