"""A class that follows its teacher: how soon everybody is where the teacher has gone.

Each of the class is what a joined browser is for the server: a session over a websocket of its own,
and a request that waits for news; at news it asks its session to go on, as the browser's script
does. None draws the page, or loads Streamlit's files: thirty browsers would measure their own
processors. The teacher presses Next from stop to stop; a stop has been reached when the last
message of its page is here.
"""

import argparse
import asyncio
import contextlib
import json
import statistics
import time
from dataclasses import dataclass, field

from benchmarks.app import App, serving
from benchmarks.report import table
from benchmarks.visitor import ANSWER, Visitor, visiting
from benchmarks.visitors import percentile

SECRET = "measured-by-benchmarks"
MINUTES = 60  # of the version of the lesson; a search of Repair, in the longest, is everybody's own
LISTENER = "class_page"  # the key of the element that hears news


@dataclass
class Stop:
    """What came of one press; milliseconds after it."""

    title: str
    teacher: float = 0.0
    notices: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    processor: float = 0.0  # seconds of the server


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=30, help="default: %(default)s")
    parser.add_argument(
        "--pause", type=float, default=8.0, help="seconds at a stop (default: %(default)s)"
    )
    parser.add_argument(
        "--stops", type=int, default=9, help="after the first (default and most: %(default)s)"
    )


def run(options: argparse.Namespace) -> None:
    with serving({"REALNVP_TEACH": SECRET}) as app:
        stops = asyncio.run(lesson(app, options.people, options.pause, options.stops))
    heads = ["stop", "notice, median", "p90", "page, median", "p90", "teacher's page", "CPU s"]
    whole = Stop("all")
    for stop in stops:
        whole.notices += stop.notices
        whole.pages += stop.pages
    whole.teacher = statistics.median(stop.teacher for stop in stops)
    whole.processor = statistics.median(stop.processor for stop in stops)
    rows = [_row(stop) for stop in [*stops, whole]]
    print(f"{options.people} sessions of joined browsers, and the teacher's; times in ms\n")
    print(table(heads, rows))


async def lesson(app: App, people: int, pause: float, count: int) -> list[Stop]:
    """The class, from the first stop on."""
    cookie = await _cookie(app, f"/lesson?teach={SECRET}")
    async with contextlib.AsyncExitStack() as stack:
        visitor = await stack.enter_async_context(visiting(app.address, {"Cookie": cookie}))
        teacher = visitor
        await visitor.open("lesson", f"length={MINUTES}")
        joined = []
        for _ in range(people):
            own = await _cookie(app, "/join")
            visitor = await stack.enter_async_context(visiting(app.address, {"Cookie": own}))
            await visitor.open("lesson")
            joined.append(Joined(app, visitor, own))
        tasks = [asyncio.create_task(one.follow()) for one in joined]
        stops = []
        for number in range(count + 1):
            for one in joined:
                one.arrived.clear()
            before, start = app.processor_seconds(), time.perf_counter()
            teachers = asyncio.create_task(teacher.press("Next" if number else "Begin"))
            try:
                async with asyncio.timeout(ANSWER):
                    await asyncio.gather(*(one.arrived.wait() for one in joined))
            except TimeoutError:
                away = sum(not one.arrived.is_set() for one in joined)
                raise RuntimeError(f"{away} did not come along to stop {number + 1}") from None
            await teachers
            stop = Stop(teacher.title, 1000 * (teacher.ended - start))
            stop.notices = [1000 * (one.noticed - start) for one in joined]
            stop.pages = [1000 * (one.visitor.ended - start) for one in joined]
            stop.processor = app.processor_seconds() - before
            assert {one.visitor.title for one in joined} == {teacher.title}
            for visitor in (teacher, *(one.visitor for one in joined)):
                assert not visitor.errors, visitor.errors
            stops.append(stop)
            await asyncio.sleep(pause)
        for task in tasks:
            task.cancel()
        return stops


class Joined:
    """A browser of the class.

    Args:
        visitor: its session.
        cookie: by which the app knows it.
    """

    def __init__(self, app: App, visitor: Visitor, cookie: str) -> None:
        self.visitor, self._app, self._cookie = visitor, app, cookie
        self.arrived = asyncio.Event()
        self.noticed = 0.0

    async def follow(self) -> None:
        """Go on whenever there are news, until cancelled."""
        news = {"page": self.visitor.data(LISTENER)["news"], "part": "none"}
        while True:
            path = f"/class?page={news['page']}&part={news['part']}"
            head, body = await _get(self._app, path, self._cookie)
            if head.startswith("HTTP/1.1 200"):
                new = json.loads(body)
                if new["page"] != news["page"]:
                    self.noticed = time.perf_counter()
                    await self.visitor.say(LISTENER, "news", new["page"])
                    self.arrived.set()
                news = new
                await asyncio.sleep(0.3)  # as the browser's script does


async def _get(app: App, path: str, cookie: str = "") -> tuple[str, bytes]:
    """Head and body of the answer."""
    host, _, port = app.address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        lines = [f"GET {path} HTTP/1.1", f"Host: {app.address}", f"Cookie: {cookie}"]
        lines += ["Connection: close", "", ""]
        writer.write("\r\n".join(lines).encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        writer.close()
    return head.decode(), body


async def _cookie(app: App, path: str) -> str:
    head, _ = await _get(app, path)
    lines = head.splitlines()
    (found,) = [line for line in lines if line.lower().startswith("set-cookie: realnvp_")]
    return found.split(": ", 1)[1].partition(";")[0]


def _row(stop: Stop) -> list[object]:
    numbers: list[float] = []
    for times in (stop.notices, stop.pages):
        numbers += [statistics.median(times), percentile(times, 90)]
    shown = (f"{number:.0f}" for number in (*numbers, stop.teacher))
    return [stop.title, *shown, f"{stop.processor:.1f}"]
