// Make or keep the roots that identifiers lead
//
// Rows are [handle, own id]. A root whose root-ID was passed on to another leader is the same node.
//
// @param purpose: its name
// @param rows: list of rows
// @return root: list of element ids, in the order of the rows
UNWIND $rows AS row
MERGE (root:Root {root_id: row[1]})
ON CREATE SET root.purpose = $purpose, root.leader = row[0]
ON MATCH SET root.leader = row[0]
RETURN collect(elementId(root)) AS root
