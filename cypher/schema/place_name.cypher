// Places by name
//
// A namespace and scope is one place.
CREATE CONSTRAINT place_name IF NOT EXISTS
FOR (n:Place) REQUIRE (n.namespace, n.scope) IS UNIQUE
