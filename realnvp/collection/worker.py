"""What makes parts, on this machine or on one of many: a model with readers beside it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from torch import Tensor

from realnvp.collection.parts import Rows, new_part, schema
from realnvp.collection.plan import Shard
from realnvp.collection.reading import ahead, read
from realnvp.collection.score import joined, score
from realnvp.flow import RealNVP

READERS = 4  # threads; large pictures wait for each other, see realnvp/opening/limits.py
CHUNKS_AHEAD = 2  # of pictures that are read while the model has one
CHUNKS_TOGETHER = 8  # in a row group of the file: 25 MB of latents at most


@dataclass(frozen=True)
class Job:
    """What is the same for all parts; plain enough to be sent to another machine.

    Args:
        folder: where the pictures are.
        out: where the parts go.
        labels: of one picture, as the flow takes them; None for an unconditional model.
        chunk: pictures that go through the network at once; the numbers depend on it, a little.
        metadata: what each part says of where it comes from.
    """

    folder: Path
    out: Path
    labels: Tensor | None
    bits_only: bool
    chunk: int
    metadata: dict[str, str]


@dataclass(frozen=True)
class Made:
    """How many files were done, and how many of them have no numbers."""

    count: int = 0
    failed: int = 0

    def __add__(self, other: "Made") -> "Made":
        return Made(self.count + other.count, self.failed + other.failed)


class Worker:
    """Makes one part after the other.

    Args:
        flow: in its folded form, on its device.
    """

    def __init__(self, flow: RealNVP, job: Job) -> None:
        self._flow, self._job = flow, job
        self._schema = schema(None if job.bits_only else flow.dim, job.metadata)
        self._pool = ThreadPoolExecutor(READERS, "reader")

    def make(self, shard: Shard) -> Iterator[Made]:
        """Write a part; tells of every chunk. If it is left before its end, there is no part.

        Raises:
            OSError: if it cannot be written.
        """
        with new_part(self._job.out, shard.part, shard.files[0], self._schema) as add:
            together: list[Rows] = []
            for rows in self._scored(shard.files):
                together.append(rows)
                yield Made(len(rows.files), sum(map(bool, rows.reasons)))
                if len(together) == CHUNKS_TOGETHER:
                    add(joined(together))
                    together.clear()
            if together:
                add(joined(together))

    def close(self) -> None:
        """End the readers; what waits for them is not read."""
        self._pool.shutdown(cancel_futures=True)

    def _scored(self, files: tuple[str, ...]) -> Iterator[Rows]:
        flow, job = self._flow, self._job
        paths = (job.folder / file for file in files)
        load = partial(read, config=flow.config)
        pictures = ahead(self._pool, load, paths, CHUNKS_AHEAD * job.chunk)
        for start in range(0, len(files), job.chunk):
            some, images = files[start : start + job.chunk], list(islice(pictures, job.chunk))
            yield score(flow, some, images, job.labels, job.chunk, latents=not job.bits_only)
