// Record what is said of a person
//
// @param identifier: handle
// @param mark: map of what is said
MATCH (identifier:Identifier {handle: $identifier})
CREATE (mark:Mark)-[:ABOUT]->(identifier)
SET mark = $mark
