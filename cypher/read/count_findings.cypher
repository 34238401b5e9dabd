// Refused and past links by purpose and reason
//
// @return name: of the purpose
// @return reason: or the verdict where there is none
// @return count: how many
MATCH (:Identifier)-[aside:SET_ASIDE]->(:Identifier)
RETURN aside.purpose AS name, coalesce(aside.reason, aside.verdict) AS reason, count(*) AS count
ORDER BY name, reason
