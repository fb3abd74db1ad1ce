"""A random id that a browser keeps for this app, so that what it starts is known to be its own."""

from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.ids import is_id, new_id
from explorer.ui.server.cookies import keep

VISITOR = "realnvp_visitor"  # the cookie
KEPT = 90 * 24 * 3600  # seconds


class VisitorCookie:
    """Middleware that gives the cookie with a page to whoever comes without one.

    The id tells nothing of the visitor, no script of a page can read it, and it opens nothing.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or is_id(visitor_of(Headers(scope=scope).get("cookie", ""))):
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", _cookie(scope))
            await send(message)

        await self._app(scope, receive, sent)


def visitor_of(cookies: str) -> str:
    """The id in a header of cookies; "" if there is none."""
    try:
        found = SimpleCookie(cookies).get(VISITOR)
    except CookieError:
        return ""
    return "" if found is None else found.value


def _cookie(scope: Scope) -> str:
    answer = Response()
    keep(answer, VISITOR, new_id(), KEPT, scope.get("scheme", ""))
    return answer.headers["set-cookie"]
