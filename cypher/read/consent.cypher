// A consent by its id
//
// @param consent_id: as recorded
// @return id: handle
MATCH (consent:Consent {consent_id: $consent_id})
RETURN consent.handle AS id
