"""The page that Streamlit serves, changed before a browser sees it."""

import gzip

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KEPT = {b"if-none-match", b"if-modified-since"}  # what a browser asks of what it has kept
_FILES = ("/static/", "/media/")  # of the second kind is what a visitor takes away, HTML too
_OF_THE_FILE = ("etag", "last-modified", "accept-ranges", "content-encoding", "content-length")


class ServedPage:
    """Middleware that puts `changed(page)` in the place of every HTML page; files stay."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def changed(self, page: bytes) -> bytes:
        """The page as it is to be."""
        raise NotImplementedError

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or any(place in scope["path"] for place in _FILES):
            await self._app(scope, receive, send)
            return
        # A browser may have kept the page of a Streamlit app as it was.
        asked = [(name, value) for name, value in scope["headers"] if name not in _KEPT]
        await self._app({**scope, "headers": asked}, receive, self._changing(send))

    def _changing(self, send: Send) -> Send:
        start: Message | None = None  # of a page, until its body is there
        body = b""

        async def sent(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
            elif start is None or message["type"] != "http.response.body":
                await send(message)
            else:
                body += message.get("body", b"")
                if message.get("more_body"):
                    return
                headers = MutableHeaders(scope=start)
                body = self.changed(
                    gzip.decompress(body) if "content-encoding" in headers else body
                )
                for name in _OF_THE_FILE:
                    del headers[name]
                if body:  # none is sent of what is asked for its headers alone
                    headers["content-length"] = str(len(body))
                await send(start)
                await send({"type": "http.response.body", "body": body})

        return sent


def _is_page(start: Message) -> bool:
    headers = Headers(scope=start)
    is_html = headers.get("content-type", "").startswith("text/html")
    return start["status"] == 200 and is_html and headers.get("content-encoding") in (None, "gzip")
