// Record a new place
//
// Namespace and scope under a handle.
//
// @param handle: the next free one
// @param namespace: its name
// @param scope: '' for none
CREATE (:Place {handle: $handle, namespace: $namespace, scope: $scope})
