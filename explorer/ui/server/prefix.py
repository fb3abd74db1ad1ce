"""Everything at the address that a visitor's browser, a proxy or a probe may ask at."""

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class AtEveryPath:
    """Middleware through which the app answers below `server.baseUrlPath` and at the root.

    Streamlit listens below that path alone, the app's own routes at the root alone. Of the proxies
    before a server some pass the path on and some take it away, and a probe knows of none.

    Args:
        routes: the app's own.
    """

    def __init__(self, app: ASGIApp, routes: list[BaseRoute]) -> None:
        self._app, self._routes = app, routes
        # Read when the server is there: by then it knows its command line.
        path = st.get_option("server.baseUrlPath").strip("/")
        self._below = f"/{path}" if path else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            if slashes := len(scope["path"]) - len(scope["path"].rstrip("/")):
                send = _relatively(send, slashes)
            scope = self._found(scope)
        await self._app(scope, receive, send)

    def _found(self, scope: Scope) -> Scope:
        """The same where those who are asked listen."""
        path, below = scope["path"], self._below
        is_below = path == below or path.startswith(f"{below}/")
        own = {**scope, "path": path.removeprefix(below) if is_below else path}
        if any(route.matches(own)[0] is not Match.NONE for route in self._routes):
            return own
        return scope if is_below else {**scope, "path": below + path}


def _relatively(send: Send, slashes: int) -> Send:
    """For an address that ends with slashes, which Streamlit 1.67 leads to the one without.

    It names the whole path, but does not know what a proxy has taken away from it.
    """

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 301:
            headers = MutableHeaders(scope=message)
            path, mark, query = headers.get("location", "").partition("?")
            headers["location"] = "../" * slashes + path.rpartition("/")[2] + mark + query
        await send(message)

    return sent
