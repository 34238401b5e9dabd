// Mass values and shared devices by purpose
//
// @return name: of the purpose
// @return mass: how many
// @return shared: how many
MATCH (:Identifier)-[belongs:BELONGS_TO]->()
WHERE belongs.settled > 0
RETURN
  belongs.purpose AS name,
  sum(CASE belongs.settled WHEN 1 THEN 1 ELSE 0 END) AS mass,
  sum(CASE belongs.settled WHEN 2 THEN 1 ELSE 0 END) AS shared
ORDER BY name
