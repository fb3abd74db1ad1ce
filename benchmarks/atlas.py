"""Frames a second of a map of many pictures in Chromium, while it is moved and while it is zoomed.

A collection of so many latents of noise is written as `encode FOLDER` would, and opened on the page
Atlas. In every frame, as requestAnimationFrame has them, the map is dragged on or zoomed by the
wheel, and so drawn anew for the next. Chromium runs on the same machine, without a GPU, and takes
its share of it.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.app import serving
from benchmarks.chromium import MISSING, find_chromium
from benchmarks.report import table
from benchmarks.visitors import percentile
from realnvp import load
from realnvp.checkpoint import checkpoint_folder
from realnvp.collection.parts import Rows, new_part, schema
from realnvp.image_encoding import to_png
from realnvp.model_files import weights_hash

PART = 2000  # rows of a file
PATIENCE = 600_000  # milliseconds for the map to be there
FLAGS = ["--no-sandbox", "--disable-gpu"]
SCRIPT = Path(__file__).with_name("atlas.js")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--checkpoint", default="mnist", help="(default: %(default)s)")
    parser.add_argument(
        "--numbers",
        type=int,
        nargs="+",
        default=[500, 5000, 20_000],
        help="pictures (default: %(default)s)",
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="of each (default: %(default)s)")


def run(options: argparse.Namespace) -> None:
    path = find_chromium()
    if path is None:
        raise ValueError(MISSING)
    rows = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for number in options.numbers:
            _write(Path(folder) / str(number), options.checkpoint, number)
        with serving({"REALNVP_SETS": folder}) as app:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            for number in options.numbers:
                for marks in ("Dots", "Thumbnails"):
                    page = browser.new_page(viewport={"width": 1400, "height": 1000})
                    link = f"checkpoint={options.checkpoint}&set_name={number}&marks={marks}"
                    page.goto(f"{app.url}/atlas?map_of=On+this+server&{link}")
                    rows += measured(page, number, marks, options.seconds)
                    page.close()
            browser.close()
    print("p95: milliseconds between two frames that 5 % exceed\n")
    print(table(["pictures", "shown as", "", "frames/s", "drawn/s", "p95"], rows))


def measured(page: Page, number: int, marks: str, seconds: float) -> list[list[object]]:
    """Rows of the table: dragged, and zoomed."""
    canvas = page.get_by_role("application", name=f"Map of {number} latents")
    canvas.wait_for(timeout=PATIENCE)
    expect(canvas).to_have_attribute("data-drawn", "dots" if number > 1000 else marks.lower())
    page.wait_for_timeout(2000)  # what is left of loading is not the map's
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    rows: list[list[object]] = []
    script = SCRIPT.read_text(encoding="utf-8")
    for what in ("moved", "zoomed"):
        frames, draws = page.evaluate(script, [canvas.element_handle(), what, seconds])
        waits = np.diff(frames).tolist()
        numbers = f"{1000 * len(waits) / sum(waits):.1f}", f"{draws / seconds:.1f}"
        rows.append([f"{number:,}", marks, what, *numbers, f"{percentile(waits, 95):.0f}"])
        page.mouse.up()
    return rows


def _write(out: Path, checkpoint: str, number: int) -> None:
    """A collection of latents of noise with pictures of noise."""
    config = load(checkpoint).config
    mark = weights_hash(checkpoint_folder(checkpoint))
    columns = schema(config.dim, {"model": checkpoint, "weights_sha256": mark, "label": ""})
    rng = np.random.default_rng(0)
    shape = (*config.image_size, config.channels)
    pngs = [to_png(rng.integers(0, 256, shape, np.uint8).squeeze()) for _ in range(50)]
    out.mkdir()
    for part, start in enumerate(range(0, number, PART)):
        count = min(PART, number - start)
        files = [f"{'abcdefghij'[row % 10]}/{start + row:06}.png" for row in range(count)]
        z = rng.standard_normal((count, config.dim), np.float32)
        norms = np.sqrt(np.square(z).mean(axis=1))
        thumbnails = [pngs[row % len(pngs)] for row in range(count)]
        rows = Rows(files, [None] * count, norms.astype(np.float64), norms, z, thumbnails)
        with new_part(out, part, files[0], columns) as add:
            add(rows)
