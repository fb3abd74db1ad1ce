"""A page that browsers leave in its own language."""

import gzip
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.ui.web import HERE

# The first tags of a page, as they are to be.
_HTML, _HEAD = (HERE / "translation" / "index.html").read_bytes().splitlines()
_MARKS = (
    (re.compile(rb"<html\b"), _HTML.removesuffix(b">")),
    (re.compile(rb"<head>"), _HEAD),
)
_KEPT = {b"if-none-match", b"if-modified-since"}  # what a browser asks of what it has kept
_OF_THE_FILE = ("etag", "last-modified", "accept-ranges", "content-encoding", "content-length")


class NotTranslated:
    """Middleware that marks the page as not to be translated before a browser sees it.

    A browser's translation takes the texts of a page out and puts its own in. React then does not
    find what it has put there, and the app ends with an error in red.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "/static/" in scope["path"]:
            await self._app(scope, receive, send)
            return
        # A browser may have kept the page of a Streamlit app without the marks.
        asked = [(name, value) for name, value in scope["headers"] if name not in _KEPT]
        await self._app({**scope, "headers": asked}, receive, _marking(send))


def _marking(send: Send) -> Send:
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
            body = marked(gzip.decompress(body) if "content-encoding" in headers else body)
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


def marked(page: bytes) -> bytes:
    """The page, with the marks in its first tags."""
    for tag, with_mark in _MARKS:
        page = tag.sub(with_mark, page, count=1)
    return page
