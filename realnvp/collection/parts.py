"""The Parquet files of a collection: each is there whole or not at all."""

import heapq
import os
import uuid
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from realnvp.collection.listing import stored

_FIRST = b"first"  # entry of a part's metadata: the first file in it
_TEXTS = ("file", "reason")


@dataclass(frozen=True)
class Rows:
    """What became of some files.

    Args:
        files: their paths below the folder.
        reasons: why there are no numbers; None where there are.
        bits_per_dim: float64 (N,).
        norm_ratio: |z| / sqrt(D), float32 (N,).
        latents: float32 (N, D), or None if they are not wanted.
    """

    files: Sequence[str]
    reasons: Sequence[str | None]
    bits_per_dim: np.ndarray
    norm_ratio: np.ndarray
    latents: np.ndarray | None


@dataclass(frozen=True)
class Part:
    """A finished part: its file, the stored name in its first row, and how many rows it has."""

    path: Path
    first: str
    count: int

    @property
    def number(self) -> int:
        return int(self.path.stem.removeprefix("part-"))

    def names(self) -> Iterator[str]:
        """Stored names, in their order; a few hundred are in memory."""
        with parquet.ParquetFile(self.path) as file:
            for batch in file.iter_batches(columns=["file"]):
                yield from batch.column(0).to_pylist()


def schema(dim: int | None, metadata: Mapping[str, str]) -> pa.Schema:
    """Columns of a part, with latents of `dim` numbers or, for None, without."""
    fields = [
        pa.field("file", pa.string(), nullable=False),
        pa.field("bits_per_dim", pa.float64()),
        pa.field("norm_ratio", pa.float32()),
        pa.field("reason", pa.string()),
    ]
    if dim is not None:
        fields.insert(3, pa.field("latent", pa.list_(pa.float32(), dim)))
    return pa.schema(fields, dict(metadata))


def finished(out: Path) -> list[Part]:
    """The parts in a folder, by their first names.

    Raises:
        ValueError: naming one that is damaged.
    """
    parts = []
    for path in out.glob("part-*.parquet"):
        try:
            about = parquet.read_metadata(path)
            parts.append(Part(path, about.metadata[_FIRST].decode(), about.num_rows))
        except (pa.ArrowException, KeyError, TypeError):
            raise ValueError(
                f"{path} is damaged, or no part of a collection; without it, it is made again"
            ) from None
    return sorted(parts, key=lambda part: part.first)


def finished_names(parts: Sequence[Part]) -> Iterator[str]:
    """Stored names in all parts, in their order; open are only parts that overlap.

    Args:
        parts: as `finished` gives them.
    """
    waiting = deque(enumerate(parts))
    reading: list[tuple[str, int, Iterator[str]]] = []
    while waiting or reading:
        while waiting and (not reading or waiting[0][1].first <= reading[0][0]):
            index, part = waiting.popleft()
            names = part.names()
            heapq.heappush(reading, (next(names), index, names))
        name, index, names = reading[0]
        yield name
        following = next(names, None)
        if following is None:
            heapq.heappop(reading)
        else:
            heapq.heapreplace(reading, (following, index, names))


def clean(out: Path) -> None:
    """Remove what a run that was killed had begun."""
    for path in out.glob(".*.part"):
        path.unlink(missing_ok=True)


@contextmanager
def new_part(
    out: Path, number: int, first: str, columns: pa.Schema
) -> Iterator[parquet.ParquetWriter]:
    """A writer for `table`s; the part has its name only when all is on disk.

    Args:
        first: the path of its first file.
    """
    columns = columns.with_metadata({**(columns.metadata or {}), _FIRST: stored(first)})
    name = f"part-{number:06}.parquet"
    # Two may write the same part where one was taken for dead: neither writes into the other's.
    begun = out / f".{name}.{uuid.uuid4().hex[:8]}.part"
    compression = {text: "zstd" for text in _TEXTS}  # latents are noise: nothing makes them smaller
    try:
        with begun.open("wb") as file:
            with parquet.ParquetWriter(
                file,
                columns,
                use_dictionary=["reason"],
                compression=compression,
                write_statistics=["file", "bits_per_dim", "norm_ratio"],
            ) as writer:
                yield writer
            file.flush()
            os.fsync(file.fileno())
        begun.replace(out / name)
    finally:
        begun.unlink(missing_ok=True)


def table(rows: Rows, columns: pa.Schema) -> pa.Table:
    """Rows as a part holds them; numbers are null where there is a reason."""
    empty = np.array([reason is not None for reason in rows.reasons])
    arrays = [
        pa.array([stored(file) for file in rows.files]),
        pa.array(rows.bits_per_dim, mask=empty),
        pa.array(rows.norm_ratio, mask=empty),
        pa.array(rows.reasons, pa.string()),
    ]
    if rows.latents is not None:
        flat = pa.array(rows.latents.reshape(-1))
        dim = rows.latents.shape[1]
        latents = pa.FixedSizeListArray.from_arrays(flat, dim, mask=pa.array(empty))
        arrays.insert(3, latents)
    return pa.Table.from_arrays(arrays, schema=columns)
