// Figures of people in a scoring
//
// By handle; all links are counted.
//
// @param job: number of the scoring
// @param ids: list of handles
// @return person: handle
// @return counted: links
// @return worth: what they were worth
// @return figures: map
UNWIND $ids AS id
MATCH (person:Identifier {handle: id})-[scored:SCORED]->(:Scoring {job: $job})
OPTIONAL MATCH (person)-[link:BROUGHT]->(:Identifier)
WHERE link.job = $job
RETURN
  id AS person,
  count(link) AS counted,
  sum(coalesce(link.value, 0.0)) AS worth,
  properties(scored) AS figures
ORDER BY person
