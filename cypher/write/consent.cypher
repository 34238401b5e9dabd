// Record a new consent
//
// Evidence may name it before it is granted.
//
// @param handle: the next free one
// @param consent_id: as recorded
CREATE (:Consent {handle: $handle, consent_id: $consent_id})
