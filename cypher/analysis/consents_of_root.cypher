// What a root agreed to
//
// Every granting by one of its members, with its end, and whether the consent was withdrawn since.
//
// @topic consents
// @param root_id = '': UUID
// @return consent_id: as recorded
// @return granted: time
// @return expires: time or null
// @return purposes: list
// @return notice: version of the text, or null
// @return channel: or null
// @return given_by: namespace and mask
// @return withdrawn: list of times
MATCH (:Root {root_id: $root_id})<-[:BELONGS_TO]-(subject:Identifier)-[:GAVE]->(grant:Grant)<-[:GRANTED]-(consent:Consent)
RETURN
  consent.consent_id AS consent_id,
  datetime({epochMillis: grant.at / 1000}) AS granted,
  CASE WHEN grant.expires IS NOT NULL THEN datetime({epochMillis: grant.expires / 1000}) END AS expires,
  grant.purposes AS purposes,
  grant.notice AS notice,
  grant.channel AS channel,
  subject.namespace + ':' + subject.mask AS given_by,
  COLLECT {
    MATCH (consent)-[:WITHDRAWN]->(withdrawal:Withdrawal)
    WHERE withdrawal.at >= grant.at
    RETURN datetime({epochMillis: withdrawal.at / 1000}) AS at
    ORDER BY withdrawal.at, withdrawal.recorded
  } AS withdrawn
ORDER BY grant.at, consent_id, grant.recorded
