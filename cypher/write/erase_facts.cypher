// Erase what is on record about identifiers
//
// Decisions, closes, marks and orders.
//
// @param ids: list of handles
UNWIND $ids AS id
MATCH (:Identifier {handle: id})-[:ABOUT|BOUGHT]-(fact)
WHERE fact:Decision OR fact:Close OR fact:Mark OR fact:Order
WITH DISTINCT fact
DETACH DELETE fact
