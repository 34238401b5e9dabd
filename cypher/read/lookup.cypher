// Who identifiers are
//
// One answer for all keys, in their order: [own id, root-ID, mask, settled], nothing for one not on record. In the place of
// the root-ID an attribute has its key (32 digits without a hyphen), since it belongs to itself. A commit that is just moving
// an identifier shows as a null in its row, or as a row too many: ask again. Which cover is in force is read after all that,
// so that a miss can be believed.
//
// @param purpose: its name
// @param keys: list of keys in hexadecimal
// @return found: list of lists
// @return standing: covers as JSON, null where none ever was
UNWIND $keys AS key
OPTIONAL MATCH (identifier:Identifier {key: key})
USING INDEX SEEK identifier:Identifier(key)
OPTIONAL MATCH (identifier)-[belongs:BELONGS_TO]->(root)
WHERE belongs.purpose = $purpose
WITH
  collect(CASE
    WHEN belongs IS NOT NULL THEN [belongs.own_id, coalesce(root.root_id, root.key), identifier.mask, belongs.settled]
    WHEN identifier.named IS NULL THEN []
    ELSE [null]
  END) AS found
MATCH (store:Store {name: 'rootid'})
RETURN found, store.standing AS standing
