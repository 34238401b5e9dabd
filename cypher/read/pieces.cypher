// Evidence of identifiers
//
// Every piece with an end among them; one between two of them comes twice. Which end is which isn't told: a piece belongs to
// the one with the smaller handle.
//
// @param ids: list of handles
// @return one: list of handles, of one end
// @return other: list of handles, of the other end
// @return backing: list
// @return moment: list
// @return closed: list
// @return first: list of times
// @return last: list of times
// @return count: list
UNWIND $ids AS id
MATCH (identifier:Identifier {handle: id})-[link:LINKED]-(other)
USING INDEX SEEK identifier:Identifier(handle)
RETURN
  collect(id) AS one,
  collect(other.handle) AS other,
  collect(link.backing) AS backing,
  collect(link.moment) AS moment,
  collect(link.closed) AS closed,
  collect(link.first_seen) AS first,
  collect(link.last_seen) AS last,
  collect(link.count) AS count
