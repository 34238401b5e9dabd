// Blocked and parked values
//
// Values that the policy never records, and identifiers of undeclared namespaces that were set aside. Only counted:
// what they were is not on record.
//
// @topic health
// @return what: blocked or parked
// @return namespace: its name
// @return count: how many
MATCH (hit:Hit)
RETURN hit.what AS what, hit.namespace AS namespace, hit.count AS count
ORDER BY what, count DESC, namespace
