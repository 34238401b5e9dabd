"""What can go wrong with a local server, as one sentence a person can act on. Must not hold a password."""


class ServerError(Exception):
    """A local Neo4j can't be started, stopped or reached; the message says why and what to do."""


class NoServerError(ServerError):
    """This machine has none of the ways to a server (a URL, Docker, or Java with Maven): tests skip on it."""
