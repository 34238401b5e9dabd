// How much was told of identifiers
//
// Referrals and orders are counted once, however many statements there are on each.
//
// @param ids: list of handles
// @return counts: map of referrer, referee, orders, marks
RETURN {
  referrer: COUNT {
    MATCH (one:Identifier)-[told:REFERRED]->()
    WHERE one.handle IN $ids
    RETURN DISTINCT told.of
  },
  referee: COUNT {
    MATCH ()-[told:REFERRED]->(one:Identifier)
    WHERE one.handle IN $ids
    RETURN DISTINCT told.of
  },
  orders: COUNT {
    MATCH (one:Identifier)-[:BOUGHT]->(told:Order)
    WHERE one.handle IN $ids
    RETURN DISTINCT told.of
  },
  marks: COUNT {
    MATCH (mark:Mark)-[:ABOUT]->(one:Identifier)
    WHERE one.handle IN $ids
    RETURN DISTINCT mark
  }
} AS counts
