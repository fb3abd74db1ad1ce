"""`encode` for a folder of any number of pictures: Parquet files, on one machine or on many."""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from torch import Tensor
from tqdm import tqdm

from realnvp.collection import local, ray_engine
from realnvp.collection.manifest import claimed
from realnvp.collection.parts import finished, finished_names
from realnvp.collection.plan import Shard, shards
from realnvp.collection.score import chunk_of
from realnvp.collection.worker import Job, Made
from realnvp.commands.common import model_folder, open_folded, open_label
from realnvp.config import ModelConfig
from realnvp.data.left_out import FILE, LeftOut, gathered, unreadable
from realnvp.data.listing import Others, walk
from realnvp.flow import RealNVP
from realnvp.labels import label_words
from realnvp.memory import keep_freed_memory
from realnvp.model_files import weights_hash

LEFT_OUT = f"_{FILE}"  # readers of a folder of Parquet files pass over "_"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("for a folder")
    group.add_argument("--bits-only", action="store_true", help="leave latents and thumbnails out")
    group.add_argument(
        "--engine", choices=("local", "ray"), default="local", help="(default: %(default)s)"
    )
    group.add_argument(
        "--workers", type=int, help="with Ray: processes at most (default: one per GPU or core)"
    )


def is_meant(options: argparse.Namespace) -> bool:
    """Whether the one PICTURE is a folder.

    Raises:
        ValueError: if it is not, and an option wants one.
    """
    if len(options.pictures) == 1 and Path(options.pictures[0]).is_dir():
        return True
    if options.bits_only or options.engine != "local" or options.workers:
        raise ValueError("--bits-only, --engine and --workers are for one folder of pictures")
    return False


def run(options: argparse.Namespace) -> None:
    _check(options)
    keep_freed_memory()
    flow = open_folded(options)
    folder, out = Path(options.pictures[0]).resolve(), options.out.resolve()
    label = _label(flow.config, options.label)
    description = _description(options, flow.config, label, folder)
    metadata = {name: str(description[name] or "") for name in ("model", "weights_sha256", "label")}
    job = Job(folder, out, label, options.bits_only, description["chunk"], metadata)
    with claimed(out, description):
        parts = finished(out)
        before = sum(part.count for part in parts)
        unseen: list[tuple[str, str]] = []
        others = Others()
        complain = partial(_complain, unseen, folder)
        total = sum(1 for _ in walk(folder, complain, others.add))
        left = shards(walk(folder), finished_names(parts), {part.number for part in parts})
        started = time.perf_counter()
        made = Made()
        with tqdm(total=total, initial=before, unit="images", leave=False) as bar:
            for some in _made(options, flow, job, description["weights_sha256"], left):
                made += some
                bar.update(some.count)
        done = finished(out)
        files = [pair for part in done for pair in part.left_out] + unseen
        left_out = gathered(files, before + made.count + len(unseen))
        left_out.write(out / LEFT_OUT)
    count = before + made.count - sum(len(part.left_out) for part in done)
    speed = made.count / (time.perf_counter() - started)
    _tell(left_out, others, options.out)
    if not count:
        raise ValueError(f"no picture in {options.pictures[0]} can be encoded")
    print(
        f"{made.count:,} pictures, {made.failed:,} of them left out,"
        f" {speed:.1f} images/s; {count:,} are in {options.out}"
    )


def _tell(left_out: LeftOut, others: Others, out: Path) -> None:
    if str(others):
        print(others, file=sys.stderr)
    if left_out:
        print(left_out, file=sys.stderr)
        for line in left_out.lines(str(out / LEFT_OUT)):
            print(line, file=sys.stderr)


def _made(
    options: argparse.Namespace, flow: RealNVP, job: Job, weights: str, left: Iterator[Shard]
) -> Iterator[Made]:
    if options.engine == "local":
        return local.run(flow, job, left)
    place = model_folder(options).resolve()
    model = ray_engine.Model(place, weights, options.device, options.threads or 1)
    return ray_engine.run(model, job, left, options.workers)


def _check(options: argparse.Namespace) -> None:
    """
    Raises:
        ValueError: if the options do not go together, or Ray is wanted and not there.
    """
    if options.out is None:
        raise ValueError("a folder of pictures needs --out, the folder to write")
    if options.sheet is not None:
        raise ValueError("--sheet is for picture files, not for a folder")
    if options.workers is not None and (options.engine != "ray" or options.workers < 1):
        raise ValueError("--workers is for --engine ray, and at least 1")
    if options.engine == "ray":
        ray_engine.check_installed()


def _label(config: ModelConfig, text: str | None) -> Tensor | None:
    """--label of one picture.

    Raises:
        ValueError: as `open_label`; also without one where the model has classes.
    """
    if config.label_kind == "class" and not text:
        raise ValueError("this model has classes: --label says which one all pictures are")
    return open_label(config, text, 1)


def _description(
    options: argparse.Namespace, config: ModelConfig, label: Tensor | None, folder: Path
) -> dict:
    """What decides on the numbers, for `claimed`."""
    place = model_folder(options)
    description = {
        "model": place.name,
        "weights_sha256": weights_hash(place),
        "config": config.to_dict(),
        "label": label_words(config, label) or None,
        "bits_only": options.bits_only,
        "folder": str(folder),
        "chunk": chunk_of(config),
    }
    return json.loads(json.dumps(description))  # tuples as lists, as they will be read back


def _complain(unseen: list[tuple[str, str]], folder: Path, error: OSError) -> None:
    below = Path(error.filename).relative_to(folder).as_posix()
    unseen.append((f"{below}/", unreadable(error)))
