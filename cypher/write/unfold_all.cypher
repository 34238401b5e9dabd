// Take the evidence of identifiers away
//
// That of links to identifiers with higher handles; it is put back in another form.
//
// @param ids: list of handles
UNWIND $ids AS id
MATCH (:Identifier {handle: id})-[link:LINKED]->(:Identifier)
DELETE link
