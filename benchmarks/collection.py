"""Encode a folder of many pictures: images/s, and resident memory while it lasts.

The pictures are made first, in a temporary folder: smooth ones of 64x64, JPEG and PNG by turns.
"Reading alone" has no model, "the model alone" no files. `--ray 1 2` adds Ray on this machine,
with at most so many processes; starting it counts, as it does for whoever waits.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image
from torch import Tensor

from benchmarks.memory import resident
from benchmarks.models import add_model, chosen_model, described, random_images
from benchmarks.report import table
from realnvp import RealNVP
from realnvp.checkpoint import save
from realnvp.collection import local, ray_engine
from realnvp.collection.plan import Shard, shards
from realnvp.collection.reading import ahead, read
from realnvp.collection.score import chunk_of, score
from realnvp.collection.worker import CHUNKS_AHEAD, READERS, Job, Made
from realnvp.data.listing import walk
from realnvp.inference import fold
from realnvp.labels import labels_of
from realnvp.model_files import weights_hash

SIDE = 64


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--pictures", type=int, default=4096, help="default %(default)s")
    parser.add_argument("--ray", type=int, nargs="+", default=[], help="processes at most")


def run(options: argparse.Namespace) -> None:
    model = chosen_model(options)
    flow = fold(model)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        pictures, out = place / "pictures", place / "out"
        make_pictures(pictures, options.pictures)
        print(f"{described(flow)}; {options.pictures:,} pictures of {SIDE}x{SIDE}\n")
        labels, chunk = labels_of(flow.config, None, 1), chunk_of(flow.config)
        with_latents = Job(pictures, out, labels, False, chunk, {})
        bits_only = replace(with_latents, bits_only=True)
        ways: dict[str, Callable[[], Iterator[Made]]] = {
            "reading alone": partial(only_read, flow, pictures),
            "the model alone": partial(only_scored, flow, options.pictures, labels),
            "local": partial(locally, flow, with_latents),
            "local, --bits-only": partial(locally, flow, bits_only),
        }
        if options.ray:
            save(model, place / "model")
            weights = weights_hash(place / "model")
            about = ray_engine.Model(place / "model", weights, str(options.device))
            for most in options.ray:
                ways[f"Ray, {most} at most"] = partial(on_ray, about, with_latents, most)
        rows = []
        for way, task in ways.items():
            out.mkdir()
            rows.append((way, *measured(task(), options.pictures)))
            shutil.rmtree(out)
    print(table(["", "images/s", "MB after a tenth", "MB at the end"], rows))


def make_pictures(folder: Path, count: int) -> None:
    rng = np.random.default_rng(0)
    for index in range(count):
        coarse = rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)
        image = Image.fromarray(coarse).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        path = folder / f"{index // 1000:03}" / f"{index:06}.{'jpg' if index % 2 else 'png'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path)


def measured(task: Iterator[Made], count: int) -> tuple[str, str, str]:
    """Pictures a second, and resident memory of this process in MB."""
    done, early = 0, 0.0
    started = time.perf_counter()
    for made in task:
        done += made.count
        if done >= count / 10 and not early:
            early = resident()
    seconds = time.perf_counter() - started
    return f"{done / seconds:.0f}", f"{early:.0f}", f"{resident():.0f}"


def planned(folder: Path) -> Iterator[Shard]:
    return shards(walk(folder), iter(()), set())


def only_read(flow: RealNVP, folder: Path) -> Iterator[Made]:
    paths = (folder / name for name in walk(folder))
    with ThreadPoolExecutor(READERS) as pool:
        most = CHUNKS_AHEAD * chunk_of(flow.config)
        for _ in ahead(pool, partial(read, config=flow.config), paths, most):
            yield Made(1)


def only_scored(flow: RealNVP, count: int, labels: Tensor | None) -> Iterator[Made]:
    images = list(random_images(flow, chunk_of(flow.config)).split(1))
    for _ in range(0, count, len(images)):
        score(flow, [""] * len(images), images, labels, len(images))
        yield Made(len(images))


def locally(flow: RealNVP, job: Job) -> Iterator[Made]:
    return local.run(flow, job, planned(job.folder))


def on_ray(model: ray_engine.Model, job: Job, most: int) -> Iterator[Made]:
    return ray_engine.run(model, job, planned(job.folder), most)
