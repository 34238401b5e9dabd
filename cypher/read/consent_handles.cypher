// Consents by id
//
// @param consent_ids: list
// @return consent_id: list
// @return id: list of handles
UNWIND $consent_ids AS consent_id
MATCH (consent:Consent {consent_id: consent_id})
RETURN collect(consent_id) AS consent_id, collect(consent.handle) AS id
