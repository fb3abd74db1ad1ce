"""Two replicas of the app behind nginx, of which one is killed: who notices what.

Every visitor comes without a cookie and moves the temperature of the page
Sample, as in `visitors`; each has a tray of their own in the folder that both replicas share.
After half of the time the first replica is killed, without a word. Its visitors do what the page
does by itself: they open their socket again, with the cookie that nginx gave them, and ask for the
same address. The record says how long they were without a page, whether their tray was there, and
whether anybody on the other replica had to wait or saw an error. nginx runs with `docs/nginx.conf`.
"""

import argparse
import asyncio
import os
import random
import signal
import statistics
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import torch
from websockets.exceptions import WebSocketException

from benchmarks.app import App, serving
from benchmarks.proxy import proxy
from benchmarks.report import table
from benchmarks.visitor import Visitor, visiting
from benchmarks.visitors import MOVES, percentile
from explorer.ids import new_id
from explorer.tray.pins import Pin
from explorer.tray.workspace import Workspace

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # on Windows the second does the same
TRAY = "Tray (1 of"  # the heading over one pinned latent
AGAIN = 0.5  # seconds after which a lost visitor tries to come back, as Streamlit's page does


@dataclass
class Seen:
    """What one visitor met: waits in milliseconds before and after the kill, and what went wrong.

    Args:
        replica: the one that the cookie named at first.
        now: the one that it names at the end.
        away: milliseconds from the loss of the page to its return, tray included.
    """

    tray: str
    replica: str = ""
    now: str = ""
    before: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)
    away: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    trays: int = 0  # times that the tray was there when the page had been opened


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=12, help="default: %(default)s")
    parser.add_argument(
        "--pause", type=float, default=2.0, help="seconds between moves (default: %(default)s)"
    )
    parser.add_argument(
        "--seconds", type=float, default=40.0, help="of which half before the kill, %(default)s"
    )


def run(options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shared = {"REALNVP_DATA": folder}
        seen = [Seen(_tray(Path(folder))) for _ in range(options.people)]
        with serving(shared) as first, serving(shared) as second, proxy(first, second) as address:
            asyncio.run(crowd(seen, address, first, options.pause, options.seconds))
    heads = ["visitors of", "people", "moves before", "after", "median before", "after"]
    heads += ["p95 before", "after", "errors", "lost the page", "away, median", "at most", "trays"]
    names = {"first": "the killed replica", "second": "the other one"}
    rows = [_row(names[name], [s for s in seen if s.replica == name]) for name in names]
    print(f"64 pictures of the default checkpoint, a pause of {options.pause:g} s; times in ms\n")
    print(table(heads, rows))
    for error in sorted({error for s in seen for error in s.errors}):
        print(f"\n{error}")


async def crowd(seen: list[Seen], address: str, victim: App, pause: float, seconds: float) -> None:
    """All of them for so long; half of it over, the victim is killed."""
    here = asyncio.Barrier(len(seen) + 1)
    killed = asyncio.Event()

    async def kill() -> None:
        await here.wait()
        await asyncio.sleep(seconds / 2)
        os.kill(victim.process, KILL)
        killed.set()

    visits = (_visit(s, n, address, pause, seconds, here, killed) for n, s in enumerate(seen))
    await asyncio.gather(kill(), *visits)


async def _visit(
    seen: Seen,
    number: int,
    address: str,
    pause: float,
    seconds: float,
    here: asyncio.Barrier,
    killed: asyncio.Event,
) -> None:
    chance = random.Random(number)
    cookie = await asyncio.to_thread(_cookie_of, f"http://{address}/")
    seen.replica = seen.now = cookie
    is_first, end, lost = True, float("inf"), 0.0
    while time.perf_counter() < end:
        try:
            async with visiting(address, {"Cookie": f"replica={seen.now}"}) as visitor:
                seen.now = _named(visitor.cookies) or seen.now
                await visitor.open("sample", f"seed={number}&tray={seen.tray}")
                seen.trays += any(heading.startswith(TRAY) for heading in visitor.headings)
                if is_first:
                    await here.wait()
                    is_first, end = False, time.perf_counter() + seconds
                    await asyncio.sleep(chance.uniform(0, pause))  # nobody moves on the same beat
                else:
                    seen.away.append(1000 * (time.perf_counter() - lost))
                await _move(seen, visitor, chance, pause, end, killed)
        except (OSError, WebSocketException) as error:
            if is_first:
                raise
            if not seen.away and not lost:
                lost = time.perf_counter()
            elif seen.away:
                seen.errors.append(repr(error))
            await asyncio.sleep(AGAIN)


async def _move(
    seen: Seen,
    visitor: Visitor,
    chance: random.Random,
    pause: float,
    end: float,
    killed: asyncio.Event,
) -> None:
    try:
        while time.perf_counter() < end:
            was_before = not killed.is_set()
            taken = 1000 * await visitor.slide("Temperature", chance.choice(MOVES))
            (seen.before if was_before else seen.after).append(taken)
            await asyncio.sleep(pause * chance.uniform(0.5, 1.5))
    finally:
        seen.errors += visitor.errors


def _tray(folder: Path) -> str:
    """The key to a new tray with one latent in it."""
    key, noise = new_id(), torch.Generator().manual_seed(0)
    z = torch.randn(3 * 32 * 32, generator=noise)
    image = torch.randint(0, 256, (3, 32, 32), generator=noise, dtype=torch.uint8)
    workspace = Workspace(folder)
    workspace.save(key, [Pin("kept", "faces32", z, None, image, {})])
    workspace.close()
    return key


def _cookie_of(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return _named(answer.headers.get_all("Set-Cookie", []))


def _named(cookies: list[str]) -> str:
    """The replica that nginx has named among what it set; "" if there is none."""
    pairs = (cookie.partition(";")[0].partition("=") for cookie in cookies)
    return next((value for name, _, value in pairs if name == "replica"), "")


def _row(name: str, seen: list[Seen]) -> list[object]:
    before = [ms for s in seen for ms in s.before]
    after = [ms for s in seen for ms in s.after]
    away = [ms for s in seen for ms in s.away]
    opened = len(seen) + len(away)
    return [
        name,
        len(seen),
        len(before),
        len(after),
        *(f"{statistics.median(times):.0f}" if times else "–" for times in (before, after)),
        *(f"{percentile(times, 95):.0f}" if times else "–" for times in (before, after)),
        sum(len(s.errors) for s in seen),
        len(away),
        f"{statistics.median(away):.0f}" if away else "–",
        f"{max(away):.0f}" if away else "–",
        f"{sum(s.trays for s in seen)} of {opened}",
    ]
