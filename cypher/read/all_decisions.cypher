// All decisions
//
// @return ruling: what was decided
// @return a: handle
// @return b: handle
// @return at: time
// @return consent: handle or null
// @return basis: or null
// @return recorded: stamp
MATCH (decision:Decision)
RETURN
  decision.ruling AS ruling,
  decision.a AS a,
  decision.b AS b,
  decision.at AS at,
  decision.consent AS consent,
  decision.basis AS basis,
  decision.recorded AS recorded
