"""A network that is slow or stands still, on loopback: passes bytes between a port of its own and another. Must not read them."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass


@dataclass
class Network:
    """How bytes are passed on: `delay` seconds later in each direction; not at all while `still`."""

    port: int = 0
    delay: float = 0.0
    still: bool = False


@contextmanager
def between(target: int) -> Iterator[Network]:
    """A network to a port of this machine, for as long as the block lasts."""
    network, ready, begun = Network(), threading.Event(), list[tuple[asyncio.AbstractEventLoop, asyncio.Event]]()

    async def serve() -> None:
        ended = asyncio.Event()
        begun.append((asyncio.get_running_loop(), ended))
        server = await asyncio.start_server(lambda r, w: _pass(network, r, w, target), "127.0.0.1", 0)
        network.port = server.sockets[0].getsockname()[1]
        ready.set()
        await ended.wait()
        server.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield network
    finally:
        loop, ended = begun[0]
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)


async def _pass(network: Network, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: int) -> None:
    try:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
    except OSError:
        writer.close()
        return
    try:
        await asyncio.gather(_one_way(network, reader, far_writer), _one_way(network, far_reader, writer))
    finally:
        far_writer.close()
        writer.close()


async def _one_way(network: Network, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(65_536):
            await asyncio.sleep(network.delay)
            while network.still:  # noqa: ASYNC110 - set by another thread, which has no event of this loop
                await asyncio.sleep(0.05)
            writer.write(chunk)
            await writer.drain()
    writer.close()  # the other end has ended
