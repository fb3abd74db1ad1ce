"""A collection on a Ray cluster: Ray Data hands out the parts, each machine reads and writes them.

Only the numbers of parts are sent. Pictures, model and parts lie in folders that every machine of
the cluster sees under the same paths.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import torch
from pyarrow import parquet

from realnvp.checkpoint import WEIGHTS, load_folder
from realnvp.collection.plan import Shard
from realnvp.collection.worker import Job, Made, Worker
from realnvp.devices import best_device, round_as_float32
from realnvp.inference import fold
from realnvp.model_files import weights_hash
from realnvp.ray_missing import RAY_MISSING

PLAN = ".plan.parquet"
OBJECT_STORE = 256 * 2**20  # bytes; numbers need little
_PLAN_SCHEMA = pa.schema([("part", pa.int64()), ("files", pa.list_(pa.binary()))])


@dataclass(frozen=True)
class Model:
    """Where an actor finds its model.

    Args:
        folder: of the two files, with an absolute path.
        weights_sha256: of the weights that are meant.
        device: None is the best that is there.
    """

    folder: Path
    weights_sha256: str
    device: str | None = None
    threads: int = 1


class Actor:
    """One process of the cluster, with the model loaded once."""

    def __init__(self, model: Model, job: Job) -> None:
        if weights_hash(model.folder) != model.weights_sha256:
            raise ValueError(f"{model.folder / WEIGHTS} is another file on this machine")
        round_as_float32()
        torch.set_num_threads(model.threads)
        device = torch.device(model.device) if model.device else best_device()
        self._worker = Worker(fold(load_folder(model.folder).to(device)), job)
        self._plan = job.out / PLAN

    def __call__(self, batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Make the parts with these places in the plan, "id"; gives how many files they have."""
        made = [
            sum(self._worker.make(_planned(self._plan, int(place))), Made())
            for place in batch["id"]
        ]
        return {
            "count": np.array([part.count for part in made]),
            "failed": np.array([part.failed for part in made]),
        }


def check_installed() -> None:
    """
    Raises:
        ValueError: if Ray is not there; says how to get it.
    """
    try:
        import ray.data  # noqa: F401
    except ImportError:
        raise ValueError(RAY_MISSING) from None


def run(model: Model, job: Job, shards: Iterable[Shard], workers: int | None) -> Iterator[Made]:
    """Make all parts on the cluster that RAY_ADDRESS names, or on one started here; tells of each.

    An actor that dies is started anew, and makes its part again.

    Args:
        workers: actors at most; None is as many as there are GPUs or, without, processors.

    Raises:
        ValueError: in one line, if a part cannot be made.
    """
    import ray
    from ray import data

    parts = _write_plan(job.out / PLAN, shards)
    if parts:
        yield from _made(ray, data, model, job, parts, workers)
    (job.out / PLAN).unlink()


def _made(
    ray: Any, data: Any, model: Model, job: Job, parts: int, workers: int | None
) -> Iterator[Made]:
    with _connected(ray):
        gpus = 0 if model.device == "cpu" else int(ray.cluster_resources().get("GPU", 0))
        most = workers or gpus or int(ray.cluster_resources().get("CPU", 1))
        most = min(most, parts)
        _quiet(data.DataContext.get_current())
        # Items, not a range: that would be read by tasks, which wait for a core that no actor has.
        places = data.from_items(
            [{"id": place} for place in range(parts)], override_num_blocks=parts
        )
        made = places.map_batches(
            Actor,
            fn_constructor_args=(model, job),
            batch_size=1,
            # One works while others are still coming. A part is long: none waits at a busy actor.
            compute=data.ActorPoolStrategy(
                min_size=1, max_size=most, initial_size=most, max_tasks_in_flight_per_actor=1
            ),
            num_cpus=model.threads,
            num_gpus=1 if gpus else 0,
        )
        try:
            for row in made.iter_rows():
                yield Made(int(row["count"]), int(row["failed"]))
        except ray.exceptions.RayError as error:
            raise ValueError(_one_line(error)) from None


@contextmanager
def _connected(ray: Any) -> Iterator[None]:
    """A cluster for a while; one that is connected to already stays so."""
    if ray.is_initialized():
        yield
        return
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters comes as an exception
    quiet = {"log_to_driver": False, "logging_level": logging.CRITICAL}
    package = Path(__file__).resolve().parents[1]
    if os.environ.get("RAY_ADDRESS"):  # its machines need not have this project
        ray.init(runtime_env={"py_modules": [str(package)]}, **quiet)
    else:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nobody outside is told
        ray.init(include_dashboard=False, object_store_memory=OBJECT_STORE, **quiet)
    try:
        yield
    finally:
        ray.shutdown()


def _quiet(context: Any) -> None:
    """The command has a bar of its own."""
    context.enable_progress_bars = False
    context.enable_operator_progress_bars = False


def _write_plan(path: Path, shards: Iterable[Shard]) -> int:
    """A row group for each part, so that an actor reads only its own; gives how many."""
    parts = 0
    with parquet.ParquetWriter(path, _PLAN_SCHEMA, compression="zstd") as writer:
        for shard in shards:
            files = [os.fsencode(file) for file in shard.files]  # names need not be UTF-8
            row = {"part": [shard.part], "files": [files]}
            writer.write_table(pa.table(row, _PLAN_SCHEMA))
            parts += 1
    return parts


def _planned(path: Path, place: int) -> Shard:
    with parquet.ParquetFile(path) as file:
        row = file.read_row_group(place).to_pylist()[0]
    return Shard(row["part"], tuple(os.fsdecode(name) for name in row["files"]))


def _one_line(error: Exception) -> str:
    """What went wrong in an actor, without the way there."""
    cause = getattr(error, "cause", None) or error
    lines = str(cause).strip().splitlines()
    return lines[-1] if lines else type(cause).__name__
