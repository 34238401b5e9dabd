// Project who brought whom under a purpose
//
// Nodes are leaders of persons with a referral that counts, from referee to referrer, or the other way round. One
// counts that stands as accepted, between two persons of whom neither opted out, by identifiers that some evidence
// names which is carried for the purpose. Nothing is stored. Whoever projects drops the graph.
//
// @param graph: name of the graph in memory
// @param purpose: its name
// @param backings: list of handles of what carries evidence for the purpose
// @param as_of: microseconds
// @param upwards: whether from referee to referrer
// @return nodes: how many nodes are in memory
// @return relationships: how many relationships are in memory
MATCH (one:Identifier)-[told:REFERRED {status: 'accepted'}]->(other:Identifier)
WHERE told.at <= $as_of AND NOT EXISTS {
  MATCH ()-[later:REFERRED {of: told.of}]->()
  WHERE later.at <= $as_of AND (later.at > told.at OR (later.at = told.at AND later.recorded > told.recorded))
}
MATCH (one)-[of_one:BELONGS_TO]->(referrer:Root {purpose: $purpose})
MATCH (other)-[of_other:BELONGS_TO]->(referee:Root {purpose: $purpose})
WHERE of_one.settled = 0 AND of_other.settled = 0 AND referrer <> referee
  AND all(
    end IN [one, other]
    WHERE EXISTS {
      MATCH (end)-[:BELONGS_TO]->(root:Root {purpose: $purpose})<-[:BELONGS_TO]-(member:Identifier)
      WHERE member <> end
    } OR EXISTS { MATCH (end)-[:SEEN_IN]->(sighting:Sighting) WHERE coalesce(sighting.backing, 1) IN $backings }
  )
  AND none(
    person IN [referrer, referee]
    WHERE EXISTS {
      MATCH (person)<-[:BELONGS_TO]-(member:Identifier)<-[:ABOUT]-(mark:Mark {kind: 'opted_out'})
      WHERE mark.at <= $as_of AND (mark.until IS NULL OR $as_of < mark.until) AND NOT EXISTS {
        MATCH (member)<-[:ABOUT]-(newer:Mark {kind: 'opted_out'})
        WHERE newer.at <= $as_of AND (newer.at > mark.at OR (newer.at = mark.at AND newer.recorded > mark.recorded))
      }
    }
  )
WITH DISTINCT referrer.leader AS above, referee.leader AS below
WITH CASE WHEN $upwards THEN [below, above] ELSE [above, below] END AS ends
WITH gds.graph.project($graph, ends[0], ends[1], {}, {}) AS projected
RETURN projected.nodeCount AS nodes, projected.relationshipCount AS relationships
