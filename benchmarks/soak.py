"""Memory while visitors come and go at a high rate: after a while it must stay level.

Every visitor opens a page, moves a slider where there is one, and leaves; the next one comes at
once. The first minutes fill caches and pools, then resident memory must not grow.
"""

import argparse
import asyncio
import time

from benchmarks.app import App, serving
from benchmarks.report import table
from benchmarks.visitor import visiting
from explorer.pages import HOME, PAGES

VISITED = [page.name for page in PAGES if page is not HOME]
SLIDER = "Temperature"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--minutes", type=float, default=5.0, help="how long (default: %(default)s)"
    )
    parser.add_argument("--people", type=int, default=8, help="at once (default: %(default)s)")


def run(options: argparse.Namespace) -> None:
    with serving({"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "5"}) as app:
        rows = asyncio.run(soak(app, options.people, 60 * options.minutes))
    print(f"{options.people} people at once\n")
    print(table(["minutes", "visits", "errors", "MB"], rows))


async def soak(app: App, people: int, seconds: float) -> list[list[object]]:
    """Minutes, visits and errors so far, and resident memory, after every tenth of the time."""
    counts = {"visits": 0, "errors": 0}
    started = time.monotonic()
    rows: list[list[object]] = [["0", 0, 0, f"{app.resident():.0f}"]]

    async def come_and_go(number: int) -> None:
        while time.monotonic() < started + seconds:
            page = VISITED[(number + counts["visits"]) % len(VISITED)]
            async with visiting(app.address) as visitor:
                await visitor.open(page, f"seed={counts['visits'] % 1000}")
                if visitor.has(SLIDER):
                    await visitor.slide(SLIDER, 0.9)
                counts["errors"] += len(visitor.errors)
            counts["visits"] += 1

    async def note() -> None:
        for tenth in range(1, 11):
            await asyncio.sleep(max(0.0, started + seconds * tenth / 10 - time.monotonic()))
            minutes = f"{(time.monotonic() - started) / 60:.1f}"
            row = [minutes, counts["visits"], counts["errors"], f"{app.resident():.0f}"]
            rows.append(row)

    await asyncio.gather(note(), *(come_and_go(number) for number in range(people)))
    return rows
