"""What a person sees in Chromium: from a slider to new pixels, and frames a second while dragging.

The slider of Sample is moved by a key, and the time ends with the frame in which the new grid of 64
pictures is painted. Then its thumb is held and moved to and fro, and the grids that are put in
place meanwhile are counted; `--checkpoint` says of which model. The pad of Interpolate is dragged
in circles at 60 places a second; every picture in it is a decode that the server made for that
place. Chromium runs on the same machine and takes its share of it.
"""

import argparse
import math
import re
import statistics
import time
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import JSHandle, Page, sync_playwright

from benchmarks.app import serving
from benchmarks.chromium import MISSING, find_chromium
from benchmarks.report import table
from benchmarks.visitors import percentile

PLACES = 60  # a second, of the pointer
MOVES = 20  # of the slider before it is at its end

SCRIPT = Path(__file__).with_name("browser.js")  # into every page, before its own


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--moves", type=int, default=40, help="of the slider, default %(default)s")
    parser.add_argument(
        "--seconds", type=float, default=10.0, help="of dragging (default: %(default)s)"
    )
    parser.add_argument("--checkpoint", help="whose slider is held; default: the app's first")
    parser.add_argument("--only-held", action="store_true", help="measure nothing else")


def run(options: argparse.Namespace) -> None:
    path = find_chromium()
    if path is None:
        raise ValueError(MISSING)
    with serving() as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.add_init_script(path=SCRIPT)
        held, count = hold(page, app.url, options.checkpoint, options.seconds)
        print(f"slider held, grids of {count}: {held:.1f} frames/s")
        if options.only_held:
            return
        waits = slide(page, app.url, options.moves)
        rate, requests = drag(page, app.url, options.seconds)
        browser.close()
    print("default checkpoint; times in ms\n")
    rows = [
        ["slider to a new 8x8 grid", *_spread(waits), ""],
        ["pad, a request", *_spread(requests), f"{rate:.1f} frames/s"],
    ]
    print(table(["", "median", "p95", "best", ""], rows))


def slide(page: Page, url: str, moves: int) -> list[float]:
    """Milliseconds from a key on the temperature to the painted grid, none asked for before.

    After every MOVES comes another seed; the first three moves of each warm up.
    """
    waits: list[float] = []
    for seed in range(math.ceil(moves / MOVES)):
        page.goto(f"{url}/sample?temperature=0.1&seed={seed}")
        image = page.get_by_alt_text(f"64 samples at temperature 0.10, seed {seed}, as drawn")
        image.wait_for()
        row = image.evaluate_handle("image => image.closest('.row')")
        page.locator("input[type=range]").first.focus()
        some = []
        for _ in range(3 + MOVES):
            some.append(_painted(page, row))
            page.wait_for_timeout(150)  # what is left of the last run is not this one's
        waits += some[3:]
    return waits[:moves]


def _painted(page: Page, row: JSHandle) -> float:
    row.evaluate("row => watch(row)")
    page.keyboard.press("ArrowRight")
    return float(page.evaluate("painted"))


def hold(page: Page, url: str, checkpoint: str | None, seconds: float) -> tuple[float, int]:
    """Grids put in place a second while the temperature is held and moved, and pictures in one."""
    page.goto(f"{url}/sample?{urlencode({'checkpoint': checkpoint} if checkpoint else {})}")
    image = page.get_by_alt_text(re.compile("samples at temperature")).first
    image.wait_for()
    count = int((image.get_attribute("alt") or "0").split()[0])
    row = image.evaluate_handle("image => image.closest('.row')")
    track = page.get_by_test_id("stSlider").first.bounding_box()
    assert track is not None
    middle = track["x"] + track["width"] / 2
    thumb = page.locator("input[type=range]").first.evaluate("input => thumbOf(input)")
    page.mouse.move(*thumb)
    page.mouse.down()
    row.evaluate("row => countPlaced(row)")
    started, place = time.perf_counter(), 0
    while (spent := time.perf_counter() - started) < seconds:
        place = max(place + 1, int(PLACES * spent))
        page.mouse.move(middle + 0.4 * track["width"] * math.sin(place / 40), thumb[1])
        time.sleep(max(0.0, started + place / PLACES - time.perf_counter()))
    placed = int(page.evaluate("placed"))
    page.mouse.up()
    return placed / spent, count


def drag(page: Page, url: str, seconds: float) -> tuple[float, list[float]]:
    """Pictures drawn a second while the pointer moves, and milliseconds of each request."""
    page.goto(f"{url}/interpolate?view=Pad")
    field = page.get_by_role("slider", name="Manifold of four latents")
    page.get_by_role("img", name="φ′ 45°, φ 45°").wait_for()
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box is not None
    centre = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*centre)
    page.mouse.down()
    started = time.perf_counter()
    page.evaluate("drawn.length = 0")
    place = 0
    while (spent := time.perf_counter() - started) < seconds:
        place = max(place + 1, int(PLACES * spent))
        angle, radius = place / 20, 0.35 * box["width"]
        page.mouse.move(centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle))
        time.sleep(max(0.0, started + place / PLACES - time.perf_counter()))
    drawn = page.evaluate("drawn")
    page.mouse.up()
    rate = 1000 * (len(drawn) - 1) / (drawn[-1] - drawn[0])
    return rate, page.evaluate("requests()")


def _spread(values: list[float]) -> list[str]:
    numbers = statistics.median(values), percentile(values, 95), min(values)
    return [f"{number:.0f}" for number in numbers]
