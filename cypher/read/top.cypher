// People by a figure of a scoring
//
// Only those who brought somebody among the links asked for; the highest first, equal ones by handle.
//
// @param job: number of the scoring
// @param metric: name of a figure, or counted, or worth
// @param campaign: or null for all
// @param channel: or null for all
// @param since: time or null
// @param until: time or null
// @param offset: how many to pass over
// @param limit: most rows
// @return person: handle
// @return counted: links
// @return worth: what they were worth
// @return figures: map
MATCH (:Scoring {job: $job})<-[scored:SCORED]-(person:Identifier)-[link:BROUGHT]->(:Identifier)
WHERE
  link.job = $job AND
  ($campaign IS NULL OR link.campaign = $campaign) AND
  ($channel IS NULL OR link.channel = $channel) AND
  ($since IS NULL OR link.at >= $since) AND
  ($until IS NULL OR link.at < $until)
WITH person, properties(scored) AS figures, count(link) AS counted, sum(link.value) AS worth
WITH
  person.handle AS person,
  figures,
  counted,
  worth,
  CASE $metric WHEN 'counted' THEN counted WHEN 'worth' THEN worth ELSE figures[$metric] END AS by
ORDER BY by DESC, person
SKIP $offset
LIMIT $limit
RETURN person, counted, worth, figures
