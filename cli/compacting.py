"""`rootid compact`: give room back. Holds no rule."""

import typer

from cli.output import complain
from cli.session import session


def compact(context: typer.Context) -> None:
    """Rewrite the store's files, so that nothing of what was erased is left in them.

    Takes room for a second copy of the store, and the time to write it; writers wait meanwhile.
    """
    session(context).with_service(lambda service: service.compact())
    complain("nothing that was taken off the record is left in the files")
