// Where roots are
//
// @param purpose: its name
// @param leaders: list of handles
// @return leader: list of handles
// @return root: list of element ids
UNWIND $leaders AS leader
MATCH (root:Root {purpose: $purpose, leader: leader})
USING INDEX SEEK root:Root(purpose, leader)
RETURN collect(leader) AS leader, collect(elementId(root)) AS root
