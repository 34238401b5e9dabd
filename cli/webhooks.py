"""`rootid webhooks`: the change feed delivered to another service, signed, with retries. Holds no rule.

Each delivery is a POST of a page of records. Its header `Rootid-Signature: t=SECONDS,v1=HEX` holds an HMAC-SHA256 over
`SECONDS.BODY`; who receives it must compare it in constant time and refuse what is old. The place in the feed is kept in the
store after each delivery that was answered 2xx, so that nothing is left out; what was under way then comes again. A delivery is
a trace of its own (`traceparent`), a try of it a span; a failure is told with the trace, so that both ends find it in their logs.
"""

import asyncio
import hmac
import http.client
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import orjson
import typer

from cli.changes import written
from cli.output import complain
from cli.session import session
from graph.answers import Change
from graph.errors import InvalidInputError, UndeliveredError
from graph.keys import load_secret
from graph.service import Service

TIMEOUT: Final = 10.0
LONGEST_PAUSE: Final = 60.0
BEAT: Final = 1.0

app = typer.Typer(help="Deliver the change feed to another service.", no_args_is_help=True, rich_markup_mode=None)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """A delivery goes where it was told to go, and nowhere else."""


_OPENER: Final = urllib.request.build_opener(_NoRedirects(), urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Hook:
    """Where deliveries go, what signs them, and how often one is tried."""

    name: str
    url: str
    secret: bytes
    attempts: int
    pause: float
    """Seconds before the second try; each further one waits twice as long."""


def signature(secret: bytes, at: int, body: bytes) -> str:
    """The header that proves who sent a body, and when (Unix seconds)."""
    return f"t={at},v1={hmac.digest(secret, b'%d.' % at + body, 'sha256').hex()}"


@app.command("deliver")
def deliver(
    context: typer.Context,
    *,
    url: Annotated[str, typer.Option(metavar="URL", help="Where to POST; http only to this machine.")],
    secret_file: Annotated[Path, typer.Option(metavar="FILE", help="Secret (hex) that signs; made once where there is none.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="Name of the receiver, whose place in the feed is kept.")] = "default",
    attempts: Annotated[int, typer.Option(metavar="N", min=1, help="Tries of one delivery before giving up.")] = 10,
    pause: Annotated[float, typer.Option(metavar="SECONDS", min=0.01, help="Before the second try; then twice as long.")] = 1.0,
    follow: Annotated[bool, typer.Option("--follow", help="Go on with records as they come, until Ctrl-C.")] = False,
) -> None:
    """Deliver all records that a receiver hasn't got yet.

    Exit code: 0 when all were delivered; 2 when a delivery failed for good: the next call begins with it.
    """
    _check(url)
    hook = Hook(name, url, load_secret(secret_file), attempts, pause)

    async def work(service: Service) -> int:
        return await deliver_all(service, hook, follow=follow)

    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        typer.echo(f"{session(context).with_service(work):,} records delivered to {name}")


def _check(url: str) -> None:
    parts = urlsplit(url)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme not in ("http", "https") or not parts.hostname or (parts.scheme == "http" and not local):
        raise InvalidInputError("--url must be https, or http on this machine")


async def deliver_all(service: Service, hook: Hook, *, follow: bool) -> int:
    """Deliver page after page; answers how many records. Raises UndeliveredError where one could not be delivered."""
    count = 0
    place = await service.feed.place(hook.name)
    async for page in service.feed.follow(place, BEAT if follow else 0.0):
        if page:
            await _deliver(hook, page)
            await service.feed.keep_place(hook.name, page[-1].seq)
            count += len(page)
        elif not follow:
            break
    return count


async def _deliver(hook: Hook, page: Sequence[Change]) -> None:
    body = orjson.dumps({"changes": [written(change) for change in page], "cursor": page[-1].seq})
    trace = secrets.token_hex(16)
    for attempt in range(hook.attempts):
        status = await asyncio.to_thread(_post, hook, body, page[-1].seq, trace)
        if 200 <= status < 300:
            return
        left = hook.attempts - attempt - 1
        complain(f"{hook.name}: {f'answered {status}' if status else 'not reached'}; {left} tries left (trace {trace})")
        if left:
            await asyncio.sleep(min(hook.pause * 2**attempt, LONGEST_PAUSE))
    raise UndeliveredError(
        f"{hook.name}: not delivered after {hook.attempts} tries (trace {trace}); the next call begins with it"
    )


def _post(hook: Hook, body: bytes, cursor: int, trace: str) -> int:
    """The status of the answer, 0 where there was none."""
    headers = {
        "Content-Type": "application/json",
        "Rootid-Signature": signature(hook.secret, int(time.time()), body),
        "Rootid-Delivery": f"{hook.name}-{cursor}",
        "traceparent": f"00-{trace}-{secrets.token_hex(8)}-01",
    }
    request = urllib.request.Request(hook.url, body, headers, method="POST")  # noqa: S310 - _check has looked at the URL
    try:
        with _OPENER.open(request, timeout=TIMEOUT) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except (OSError, http.client.HTTPException):
        return 0
