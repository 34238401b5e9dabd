"""What each kind of caller does, by the Python client and by curl. Everybody in it is invented; no URL holds an identifier."""
