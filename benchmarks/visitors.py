"""The app with many people at once: what each of them waits for, and whether the server answers.

Every visitor has the Sample page open over a websocket of its own and moves the temperature; a move
is over when all that follows from it has arrived. Without a pause each moves again at once, which
is the most that the machine can do; with one, as people do who look at what came. Meanwhile
`/_stcore/health` is asked twenty times a second.
"""

import argparse
import asyncio
import contextlib
import random
import statistics
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from benchmarks.app import App, serving
from benchmarks.report import table
from benchmarks.visitor import Visitor, visiting

HEALTH_PAUSE = 0.05  # seconds
MOVES = [k / 100 for k in range(1, 150)]  # temperatures; many, so that no answer serves twice


@dataclass
class Seen:
    """What a crowd met: waits in milliseconds, and what went wrong."""

    moves: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    processor: float = 0.0  # seconds of the server
    received: int = 0  # bytes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--crowds", type=int, nargs="+", default=[1, 5, 20, 50], help="default: 1, 5, 20 and 50"
    )
    parser.add_argument(
        "--pauses", type=float, nargs="+", default=[5.0, 0.0], help="seconds; default: 5, and none"
    )
    parser.add_argument(
        "--seconds", type=float, default=20.0, help="for each row (default: %(default)s)"
    )


def run(options: argparse.Namespace) -> None:
    heads = ["people", "pause", "moves", "moves/s", "median", "p95", "health p95", "errors", "MB"]
    heads += ["CPU ms a move", "kB a move"]
    rows = []
    with serving() as app:
        for pause in options.pauses:
            for people in options.crowds:
                seen = asyncio.run(crowd(app, people, pause, options.seconds))
                rows.append(_row(people, pause, seen, app))
    print("64 pictures of the default checkpoint; times in ms\n")
    print(table(heads, rows))


async def crowd(app: App, people: int, pause: float, seconds: float) -> Seen:
    """So many people for so long.

    Args:
        pause: between an answer and the next move, on average; it varies by half.
    """
    seen, at_work = Seen(), asyncio.Event()
    probe = asyncio.create_task(_ask_health(app, seen, at_work))
    async with contextlib.AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(visiting(app.address)) for _ in range(people)]
        for number, visitor in enumerate(visitors):
            await visitor.open("sample", f"seed={number}")
        at_work.set()
        processor = app.processor_seconds()
        received = sum(visitor.received for visitor in visitors)
        started = time.perf_counter()
        end = started + seconds
        await asyncio.gather(
            *(_move(visitor, n, pause, end, seen) for n, visitor in enumerate(visitors))
        )
        seen.seconds = time.perf_counter() - started
        seen.processor = app.processor_seconds() - processor
        seen.received = sum(visitor.received for visitor in visitors) - received
        probe.cancel()
        for visitor in visitors:
            seen.errors += visitor.errors
    with contextlib.suppress(asyncio.CancelledError):
        await probe
    return seen


async def _move(visitor: Visitor, number: int, pause: float, end: float, seen: Seen) -> None:
    chance = random.Random(number)
    await asyncio.sleep(chance.uniform(0, pause))  # nobody comes on the same beat
    for temperature in _shuffled(chance):
        if time.perf_counter() > end:
            return
        try:
            seen.moves.append(1000 * await visitor.slide("Temperature", temperature))
        except (OSError, TimeoutError) as error:
            seen.errors.append(repr(error))
            return
        await asyncio.sleep(pause * chance.uniform(0.5, 1.5))


def _shuffled(chance: random.Random) -> Iterator[float]:
    while True:
        yield from chance.sample(MOVES, len(MOVES))


async def _ask_health(app: App, seen: Seen, at_work: asyncio.Event) -> None:
    await at_work.wait()
    while True:
        started = time.perf_counter()
        try:
            await asyncio.to_thread(_get, f"{app.url}/_stcore/health")
        except OSError as error:
            seen.errors.append(repr(error))
        seen.health.append(1000 * (time.perf_counter() - started))
        await asyncio.sleep(HEALTH_PAUSE)


def _get(url: str) -> None:
    with urllib.request.urlopen(url, timeout=20) as answer:
        answer.read()


def _row(people: int, pause: float, seen: Seen, app: App) -> list[object]:
    return [
        people,
        f"{pause:g} s" if pause else "none",
        len(seen.moves),
        f"{len(seen.moves) / seen.seconds:.1f}",
        f"{statistics.median(seen.moves):.0f}",
        f"{percentile(seen.moves, 95):.0f}",
        f"{percentile(seen.health, 95):.1f}",
        len(seen.errors),
        f"{app.resident():.0f}",
        f"{1000 * seen.processor / len(seen.moves):.0f}",
        f"{seen.received / 1000 / len(seen.moves):.0f}",
    ]


def percentile(values: list[float], percent: float) -> float:
    """The smallest value that so many percent of them do not exceed."""
    return float(np.percentile(values, percent, method="inverted_cdf"))
