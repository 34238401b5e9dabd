"""`rootid serve`: the HTTP API on this machine. Holds no rule."""

import os
import socket
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, Final

import typer

from cli.output import aside, complain
from cli.session import Session, run, session
from graph.errors import InvalidInputError, StoreError
from graph.keybook import Wanted
from graph.service import Service
from graph.settings import Settings

GRACE_SECONDS: Final = 30
"""How long requests that are being served may go on when the server is told to end."""

SILENT_SECONDS: Final = 10
"""How long a worker may not answer its parent, also while it begins, before it is replaced."""

SHARED_FIGURES: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Where workers keep their figures, so that any one of them can tell those of all; read by the Prometheus library."""

APP: Final = "api.app:create_app"
"""Named, not imported: the command line and the API stand side by side and don't know each other."""


def serve(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Address to listen on. Default: ROOTID_HOST, else 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=65535, help="Port. Default: ROOTID_PORT, else 8080.")
    ] = None,
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="Server processes.")] = 1,
    first_key: Annotated[
        bool, typer.Option(help="Where there is no API key yet, make one that may do everything, and show it once.")
    ] = True,
) -> None:
    """Serve the HTTP API until Ctrl-C."""
    serve_api(session(context), host, port, workers, first_key=first_key)


async def _make_first_key(service: Service) -> None:
    made = await service.keybook.make_first(Wanted("first", ("all",)))
    if made is not None:
        key, token = made
        aside().print(f"There was no API key yet; this one, named '{key.name}', may do everything. It is shown once:\n")
        aside().print(f"  Authorization: Bearer {token}\n", soft_wrap=True)


async def _look(_: Service) -> None:
    """The store was opened, and that is all that was asked."""


def serve_api(
    here: Session, host: str | None = None, port: int | None = None, workers: int = 1, *, first_key: bool = False
) -> None:
    """Serve a store. What keeps the service from starting is told before the server begins; a store that is away doesn't."""
    import uvicorn  # noqa: PLC0415 - no other command needs a server
    from uvicorn.importer import import_from_string  # noqa: PLC0415 - likewise

    here.to_environment()
    settings = Settings()
    host, port = host or settings.host, settings.port if port is None else port
    os.environ["ROOTID_HOST"], os.environ["ROOTID_PORT"] = host, str(port)

    async def try_to_start() -> None:
        app = import_from_string(APP)()
        async with app.router.lifespan_context(app):
            pass

    _claim(host, port)
    try:
        here.with_service(_make_first_key if first_key else _look, new=True)
    except StoreError as error:
        if not error.passing:
            raise
        complain(f"{error.message} Serving all the same: /readyz says when the store is there")
    else:
        run(try_to_start())
    with _figures_of(workers):
        uvicorn.run(
            APP,
            factory=True,
            host=host,
            port=port,
            workers=workers,
            access_log=False,
            server_header=False,
            log_level="warning" if settings.access_log else "info",
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_worker_healthcheck=SILENT_SECONDS,
        )


@contextmanager
def _figures_of(workers: int) -> Generator[None]:
    """A folder for the figures of several workers, where none is named. Raises InvalidInputError where none can be made."""
    if workers == 1 or SHARED_FIGURES in os.environ:
        yield
        return
    try:
        folder = tempfile.TemporaryDirectory(prefix="rootid-metrics-")
    except OSError:
        where = "a folder for temporary files (TMPDIR, else /tmp)"
        raise InvalidInputError(f"several workers keep their figures in {where}, and none can be written") from None
    with folder as figures:
        os.environ[SHARED_FIGURES] = figures
        yield


def _claim(host: str, port: int) -> None:
    """Raise InvalidInputError where nobody can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise InvalidInputError(f"can't listen on {host}, port {port}: {os.strerror(error.errno or 0)}") from None
