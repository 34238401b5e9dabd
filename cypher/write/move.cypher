// Change membership on record
//
// Rows as in write/join, the root null for one in no part, in the order in which own ids are given away and taken. Where the
// part stays, its properties are set; else the relationship is made anew. A root that nobody belongs to any more goes.
//
// @param purpose: its name
// @param rows: list of rows
UNWIND $rows AS row
MATCH (identifier)
WHERE elementId(identifier) = row[0]
MATCH (identifier)-[belongs:BELONGS_TO]->(before)
WHERE belongs.purpose = $purpose
OPTIONAL MATCH (root)
WHERE elementId(root) = row[2]
WITH row, identifier, belongs, before, coalesce(root, identifier) AS after
FOREACH (stays IN CASE WHEN before = after THEN [belongs] ELSE [] END |
  SET stays.own_id = row[1], stays.settled = row[3], stays.contested = row[4]
)
FOREACH (goes IN CASE WHEN before = after THEN [] ELSE [belongs] END |
  CREATE (identifier)-[:BELONGS_TO {purpose: $purpose, own_id: row[1], settled: row[3], contested: row[4]}]->(after)
  DELETE goes
)
WITH DISTINCT before
WHERE before:Root AND NOT EXISTS { MATCH (before)<-[:BELONGS_TO]-() }
DELETE before
