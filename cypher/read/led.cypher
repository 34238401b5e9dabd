// Members of parts
//
// All of the parts that the given identifiers lead.
//
// @param purpose: its name
// @param leaders: list of handles
// @return leader: list of handles
// @return id: list of handles
// @return place: list
UNWIND $leaders AS leader
MATCH (root:Root {purpose: $purpose, leader: leader})<-[:BELONGS_TO]-(identifier:Identifier)
USING INDEX SEEK root:Root(purpose, leader)
RETURN collect(leader) AS leader, collect(identifier.handle) AS id, collect(identifier.place) AS place
