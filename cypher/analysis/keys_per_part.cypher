// How many values of a namespace people have
//
// By namespace: in how many parts there is one value, and in how many several. Three phone numbers are a person; thirty
// are not.
//
// @topic health
// @param purpose = 'service': its name
// @return namespace: its name
// @return parts: with any value of it
// @return one: with one
// @return several: with two or three
// @return many: with more
// @return most: in one part
MATCH (root:Root {purpose: $purpose})<-[:BELONGS_TO]-(identifier:Identifier)
WITH root, identifier.namespace AS namespace, count(*) AS held
RETURN
  namespace,
  count(*) AS parts,
  sum(CASE WHEN held = 1 THEN 1 ELSE 0 END) AS one,
  sum(CASE WHEN held IN [2, 3] THEN 1 ELSE 0 END) AS several,
  sum(CASE WHEN held > 3 THEN 1 ELSE 0 END) AS many,
  max(held) AS most
ORDER BY many DESC, several DESC, namespace
