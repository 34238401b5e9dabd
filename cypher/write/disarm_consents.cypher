// Forget when consents may end
//
// @param ids: list of handles
UNWIND $ids AS id
MATCH (consent:Consent {handle: id})
REMOVE consent.due
