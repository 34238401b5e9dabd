"""The `rootid` command: thin, one module a command, over the same use cases as the API. Must not hold a rule."""
