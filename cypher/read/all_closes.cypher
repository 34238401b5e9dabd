// All closes
//
// @return a: handle
// @return b: handle or null
// @return at: time
// @return source: or null
// @return recorded: stamp
MATCH (close:Close)
RETURN close.a AS a, close.b AS b, close.at AS at, close.source AS source, close.recorded AS recorded
