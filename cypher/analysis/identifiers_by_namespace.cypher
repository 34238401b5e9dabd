// Identifiers by namespace and status
//
// What is on record, and what became of it under a purpose.
//
// @topic health
// @param purpose = 'service': its name
// @return namespace: its name
// @return scope: '' for none
// @return identifiers: how many
// @return joined: in a part with others
// @return alone: in a part of one
// @return mass: values of nobody
// @return shared: devices of nobody
// @return attributes: in no part
MATCH (identifier:Identifier)-[belongs:BELONGS_TO]->(root)
WHERE belongs.purpose = $purpose
WITH
  identifier.namespace AS namespace,
  identifier.scope AS scope,
  CASE
    WHEN NOT root:Root THEN 'attribute'
    WHEN belongs.settled = 1 THEN 'mass'
    WHEN belongs.settled = 2 THEN 'shared'
    WHEN COUNT { MATCH (root)<-[:BELONGS_TO]-() } > 1 THEN 'joined'
    ELSE 'alone'
  END AS status
RETURN
  namespace,
  scope,
  count(*) AS identifiers,
  sum(CASE status WHEN 'joined' THEN 1 ELSE 0 END) AS joined,
  sum(CASE status WHEN 'alone' THEN 1 ELSE 0 END) AS alone,
  sum(CASE status WHEN 'mass' THEN 1 ELSE 0 END) AS mass,
  sum(CASE status WHEN 'shared' THEN 1 ELSE 0 END) AS shared,
  sum(CASE status WHEN 'attribute' THEN 1 ELSE 0 END) AS attributes
ORDER BY identifiers DESC, namespace, scope
