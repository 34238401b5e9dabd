// Who carries an own id
//
// @param own_id: as a UUID
// @return purpose: its name
// @return id: handle
MATCH (identifier:Identifier)-[belongs:BELONGS_TO {own_id: $own_id}]->()
RETURN belongs.purpose AS purpose, identifier.handle AS id
