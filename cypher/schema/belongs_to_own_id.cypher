// Membership by own id
//
// An own id, also one that was a root-ID before, leads to the identifier that carries it.
CREATE INDEX belongs_to_own_id IF NOT EXISTS
FOR ()-[n:BELONGS_TO]-() ON (n.own_id)
