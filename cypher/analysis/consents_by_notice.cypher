// Consents by version of the notice
//
// How many agreed to which text, through which channel, for what. A version that must not be relied on any more shows
// here with what it carries.
//
// @topic consents
// @return notice: version of the text, or null
// @return channel: or null
// @return purpose: its name
// @return consents: granted
// @return withdrawn: of these, as a whole or for this purpose
// @return first: time
// @return last: time
MATCH (consent:Consent)-[:GRANTED]->(grant:Grant)
UNWIND grant.purposes AS purpose
WITH
  grant.notice AS notice,
  grant.channel AS channel,
  purpose,
  consent,
  min(grant.at) AS first,
  max(grant.at) AS last,
  EXISTS {
    MATCH (consent)-[:WITHDRAWN]->(withdrawal:Withdrawal)
    WHERE withdrawal.purpose IS NULL OR withdrawal.purpose = purpose
  } AS withdrawn
RETURN
  notice,
  channel,
  purpose,
  count(*) AS consents,
  sum(CASE WHEN withdrawn THEN 1 ELSE 0 END) AS withdrawn,
  datetime({epochMillis: min(first) / 1000}) AS first,
  datetime({epochMillis: max(last) / 1000}) AS last
ORDER BY consents DESC, notice, channel, purpose
