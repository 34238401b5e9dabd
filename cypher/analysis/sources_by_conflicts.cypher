// Sources by conflicts
//
// Which system saw the pairs whose link was refused, against all that it saw. A source far above the others types in
// its own number, or mixes up people.
//
// @topic health
// @param purpose = 'service': its name
// @return source: its name
// @return refused: links
// @return sightings: in which these were seen
// @return all_sightings: of the source
MATCH (sighting:Sighting)
WITH sighting.source AS source, count(*) AS all_sightings
CALL (source) {
  MATCH (a:Identifier)-[aside:SET_ASIDE {verdict: 'refused'}]->(b:Identifier)
  WHERE aside.purpose = $purpose
  MATCH (a)-[:SEEN_IN]->(sighting:Sighting {source: source})<-[:SEEN_IN]-(b)
  RETURN count(DISTINCT aside) AS refused, count(DISTINCT sighting) AS sightings
}
RETURN source, refused, sightings, all_sightings
ORDER BY refused DESC, source
