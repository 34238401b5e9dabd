"""The HTTP face of rootid: reads a request, calls one use case, writes the answer. Holds no rule and no query."""
