"""A proxy before a server, as small as it can be: HTTP and websockets, below a path."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress

PATH = "/lab/flow"


class Proxy:
    """Passes on what it is asked below `PATH`, one connection for each request; else it says 404.

    Args:
        server: host and port of who is asked; it may become another one.
        strips: whether it takes the path away.
        headers: lines that it adds to each request.
    """

    def __init__(self, server: str, *, strips: bool, headers: Sequence[str] = ()) -> None:
        self.server, self._strips, self._headers = server, strips, headers
        self._open: set[asyncio.Task[None]] = set()  # a connection each

    @contextmanager
    def listening(self) -> Iterator[str]:
        """Its address, without a slash at its end."""
        port, may_end = Future(), Future()

        async def serve() -> None:
            async with await asyncio.start_server(self.answer, "127.0.0.1", 0) as listening:
                port.set_result(listening.sockets[0].getsockname()[1])
                await asyncio.wrap_future(may_end)
                for connection in self._open:
                    connection.cancel()
                await asyncio.gather(*self._open, return_exceptions=True)

        thread = threading.Thread(target=asyncio.run, args=(serve(),))
        thread.start()
        try:
            yield f"http://127.0.0.1:{port.result(10)}{PATH}"
        finally:
            may_end.set_result(None)
            thread.join()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.current_task()
        assert connection
        self._open.add(connection)
        connection.add_done_callback(self._open.discard)
        # Its end cancels what is open; asyncio complains of a connection's task that says so.
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
            method, path, version = first.split(" ")
            if path.startswith(PATH + "/"):
                await self._pass_on(method, path, version, lines, reader, writer)
            else:
                writer.write(b"HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\nnobody is here")
                await writer.drain()
        await _close(writer)

    async def _pass_on(self, method, path, version, lines, reader, writer) -> None:
        names = [line.partition(":")[0].lower() for line in lines]
        if "upgrade" not in names:
            lines = [line for line, name in zip(lines, names, strict=True) if name != "connection"]
            lines.append("Connection: close")
        path = path.removeprefix(PATH) if self._strips else path
        head = "\r\n".join([f"{method} {path} {version}", *lines, *self._headers, "", ""])
        host, port = self.server.split(":")
        from_server, to_server = await asyncio.open_connection(host, int(port))
        to_server.write(head.encode("latin-1"))
        both = [
            asyncio.create_task(_pour(*way)) for way in ((reader, to_server), (from_server, writer))
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in both:
                one.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            await _close(to_server)


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


async def _close(writer: asyncio.StreamWriter) -> None:
    """Close it and wait for that, for a while: the loop may end at once afterwards."""
    writer.close()
    try:
        await asyncio.wait_for(writer.wait_closed(), 5)
    except (OSError, TimeoutError):
        writer.transport.abort()


@contextmanager
def proxied(server: str, *, strips: bool, headers: Sequence[str] = ()) -> Iterator[str]:
    """The address, without a slash at its end, at which a proxy has the server."""
    with Proxy(server, strips=strips, headers=headers).listening() as url:
        yield url
