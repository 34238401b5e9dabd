// Evidence of identifiers
//
// Every piece with an end among them; one between two of them comes twice.
//
// @param ids: list of handles
// @return a: list of handles
// @return b: list of handles
// @return backing: list
// @return moment: list
// @return closed: list
// @return first: list of times
// @return last: list of times
// @return count: list
UNWIND $ids AS id
MATCH (identifier:Identifier {handle: id})-[link:LINKED]-()
USING INDEX SEEK identifier:Identifier(handle)
RETURN
  collect(startNode(link).handle) AS a,
  collect(endNode(link).handle) AS b,
  collect(link.backing) AS backing,
  collect(link.moment) AS moment,
  collect(link.closed) AS closed,
  collect(link.first_seen) AS first,
  collect(link.last_seen) AS last,
  collect(link.count) AS count
