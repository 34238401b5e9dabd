// Marks up to a time
//
// In the order of time, then of recording. Leaders are 0 for one in no part, or a value of nobody.
//
// @param purpose: its name
// @param as_of: time
// @return kind: of mark
// @return name: of the programme
// @return identifier: handle
// @return leader: handle
// @return at: time
// @return until: time or null
MATCH (mark:Mark)-[:ABOUT]->(identifier:Identifier)
WHERE mark.at <= $as_of
OPTIONAL MATCH (identifier)-[belongs:BELONGS_TO]->(root:Root)
WHERE belongs.purpose = $purpose AND belongs.settled = 0
RETURN
  mark.kind AS kind,
  mark.name AS name,
  identifier.handle AS identifier,
  coalesce(root.leader, 0) AS leader,
  mark.at AS at,
  mark.until AS until
ORDER BY at, mark.recorded
