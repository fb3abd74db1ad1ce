"""The routes of a class: to join it, to lead it, and to hear what is new."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from explorer.classroom import classroom
from explorer.classroom.room import NONE
from explorer.ids import new_id
from explorer.ui.server.cookies import keep

JOINED, LEADS = "realnvp_class", "realnvp_teacher"  # cookies: a browser's id, the teacher's pass
TEACH = "teach"  # the parameter of the teacher's link
LESSON_DAY = 12 * 3600  # seconds that a browser keeps either
HOLD = 20.0  # seconds that a browser waits for news, before it asks again
LISTENING = 1500  # browsers that may wait at a time; one more asks again later
FULL = "The class is full."
NOT_THE_SECRET = (
    "This link does not lead the class. The right one was printed when the server was started; each"
    " start has its own."
)
_NO_STORE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

_waiting: set[asyncio.Event] = set()
_closing: set[asyncio.AbstractEventLoop] = set()  # of servers that end


class WithParameter(Route):
    """A route for those alone who send a parameter; others go to what else has that path.

    Args:
        parameter: its name.
    """

    def __init__(self, path: str, endpoint: Callable, parameter: str) -> None:
        super().__init__(path, endpoint)
        self._parameter = parameter

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
        return super().matches(scope) if self._parameter in query else (Match.NONE, {})


async def teach(request: Request) -> Response:
    """Make this browser the teacher's, and take the secret out of its address bar.

    The browser is led on before it shows anything: the secret is neither seen nor in its history.
    """
    if not classroom().is_secret(request.query_params.get(TEACH, "")):
        return PlainTextResponse(NOT_THE_SECRET, 403, _NO_STORE)
    answer = RedirectResponse("lesson", 303, _NO_STORE)
    keep(answer, LEADS, classroom().pass_of_teacher, LESSON_DAY, request.url.scheme)
    return answer


async def join(request: Request) -> Response:
    """Make this browser one of the class, and lead it to where the teacher is."""
    name = request.cookies.get(JOINED, "")
    if not classroom().join(name):
        name = new_id()
        if not classroom().join(name):
            return PlainTextResponse(FULL, 503, _NO_STORE)
    classroom().set_follows(name, True)
    place, query = classroom().place, ""
    if place is not None:
        query = "?" + urlencode(place.query, doseq=True)
    answer = RedirectResponse((place.page if place else "lesson") + query, 303, _NO_STORE)
    keep(answer, JOINED, name, LESSON_DAY, request.url.scheme)
    return answer


async def news(request: Request) -> Response:
    """What is new since `page` and `part`: these as they are now, at once or when they change.

    Answers 204 when nothing has changed for `HOLD` seconds, 404 to who is no part of the class, 503
    where too many wait. Nothing is held meanwhile: no thread, and no lock.
    """
    room = classroom()
    leads = room.is_teacher(request.cookies.get(LEADS, ""))
    name = request.cookies.get(JOINED, "")
    if not leads and not room.join(name):
        return JSONResponse(NONE.__dict__, 404, _NO_STORE)
    known = request.query_params.get("page"), request.query_params.get("part")
    loop = asyncio.get_running_loop()
    end = loop.time() + HOLD
    changed = asyncio.Event()
    stop = room.listen(lambda: _wake(loop, changed))
    try:
        while True:
            changed.clear()
            now = room.news(name, leads=leads)
            if known != (now.page, now.part):
                return JSONResponse(now.__dict__, headers=_NO_STORE)
            if loop in _closing or loop.time() >= end:
                return Response(status_code=204, headers=_NO_STORE)
            if len(_waiting) >= LISTENING:
                return PlainTextResponse("Many are listening at the moment.", 503, _NO_STORE)
            _waiting.add(changed)
            try:
                async with asyncio.timeout_at(end):
                    await changed.wait()
            except TimeoutError:
                pass
            finally:
                _waiting.discard(changed)
    finally:
        stop()


def end_waiting() -> None:
    """The server of this loop ends: whoever waits is answered, or it would wait for them."""
    _closing.add(asyncio.get_running_loop())
    for changed in _waiting:
        changed.set()


def _wake(loop: asyncio.AbstractEventLoop, changed: asyncio.Event) -> None:
    with suppress(RuntimeError):  # the loop is closed: nobody waits there
        loop.call_soon_threadsafe(changed.set)


CLASS_ROUTES: list[BaseRoute] = [
    Route("/join", join),
    Route("/class", news),
    WithParameter("/lesson", teach, TEACH),
]
