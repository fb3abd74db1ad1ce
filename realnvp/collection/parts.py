"""The Parquet files of a collection: each is there whole or not at all."""

import heapq
import json
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from realnvp.atomic_file import new_file
from realnvp.data.listing import stored
from realnvp.data.named_pictures import folder_of

# Entries of a part's metadata: its first file, and the files without a row, with reasons, as JSON.
_FIRST, _LEFT_OUT = b"first", b"left_out"


@dataclass(frozen=True)
class Rows:
    """What became of some files.

    Args:
        files: their paths below the folder.
        reasons: why there are no numbers; None where there are.
        bits_per_dim: float64 (N,).
        norm_ratio: |z| / sqrt(D), float32 (N,).
        latents: float32 (N, D), or None if they are not wanted.
        thumbnails: PNGs of what the model saw, b"" where there are no numbers; with the latents.
    """

    files: Sequence[str]
    reasons: Sequence[str | None]
    bits_per_dim: np.ndarray
    norm_ratio: np.ndarray
    latents: np.ndarray | None
    thumbnails: Sequence[bytes] = ()


@dataclass(frozen=True)
class Part:
    """A finished part.

    Args:
        path: of its file.
        first: stored name of the first file that was looked at.
        count: files that were, with a row or without.
        left_out: stored names of those without, and why.
    """

    path: Path
    first: str
    count: int
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def number(self) -> int:
        return int(self.path.stem.removeprefix("part-"))

    def names(self) -> Iterator[str]:
        """Stored names, in their order; a few hundred are in memory."""
        return heapq.merge(self._rows(), (name for name, _ in self.left_out))

    def _rows(self) -> Iterator[str]:
        with parquet.ParquetFile(self.path) as file:
            for batch in file.iter_batches(columns=["file"]):
                yield from batch.column(0).to_pylist()


def schema(dim: int | None, metadata: Mapping[str, str]) -> pa.Schema:
    """Columns of a part, with latents of `dim` numbers and thumbnails or, for None, without."""
    fields = [
        pa.field("file", pa.string(), nullable=False),
        pa.field("folder", pa.string(), nullable=False),
        pa.field("bits_per_dim", pa.float64(), nullable=False),
        pa.field("norm_ratio", pa.float32(), nullable=False),
    ]
    if dim is not None:
        fields.append(pa.field("latent", pa.list_(pa.float32(), dim)))
        fields.append(pa.field("thumbnail", pa.binary(), nullable=False))
    return pa.schema(fields, dict(metadata))


def finished(out: Path) -> list[Part]:
    """The parts in a folder, by their first names.

    Raises:
        OSError: if one cannot be read.
        ValueError: naming one that is damaged.
    """
    parts = []
    for path in out.glob("part-*.parquet"):
        try:
            about = parquet.read_metadata(path)
            left_out = tuple((n, why) for n, why in json.loads(about.metadata[_LEFT_OUT]))
            count = about.num_rows + len(left_out)
            parts.append(Part(path, about.metadata[_FIRST].decode(), count, left_out))
        except (pa.ArrowException, OSError, KeyError, TypeError, ValueError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise OSError(error.errno, os.strerror(error.errno), str(path)) from None
            # Arrow says so of bytes that are no Parquet as well, without a number.
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


@contextmanager
def new_part(
    out: Path, number: int, first: str, columns: pa.Schema
) -> Iterator[Callable[[Rows], None]]:
    """What adds rows, of which only those with numbers are written, and the rest remembered.

    The part has its name only when all is on disk.

    Args:
        first: the path of its first file.
    """
    columns = columns.with_metadata({**(columns.metadata or {}), _FIRST: stored(first)})
    left_out: list[tuple[str, str]] = []
    # Two may write the same part where one was taken for dead: neither writes into the other's.
    with (
        new_file(out / f"part-{number:06}.parquet") as file,
        parquet.ParquetWriter(
            file,
            columns,
            use_dictionary=False,
            # Latents are noise, and PNGs are packed: nothing makes them smaller.
            compression={"file": "zstd", "folder": "zstd"},
            write_statistics=["file", "folder", "bits_per_dim", "norm_ratio"],
        ) as writer,
    ):

        def add(rows: Rows) -> None:
            left_out.extend(_left_out(rows))
            writer.write_table(_table(rows, columns))

        yield add
        writer.add_key_value_metadata({_LEFT_OUT: json.dumps(left_out)})


def _left_out(rows: Rows) -> list[tuple[str, str]]:
    pairs = zip(rows.files, rows.reasons, strict=True)
    return [(stored(file), reason) for file, reason in pairs if reason is not None]


def _table(rows: Rows, columns: pa.Schema) -> pa.Table:
    """Those with numbers, as a part holds them."""
    good = np.array([reason is None for reason in rows.reasons])
    files = [stored(file) for file, keep in zip(rows.files, good, strict=True) if keep]
    arrays = [pa.array(files, pa.string()), pa.array(map(folder_of, files), pa.string())]
    arrays += [pa.array(rows.bits_per_dim[good]), pa.array(rows.norm_ratio[good])]
    if rows.latents is not None:
        flat = pa.array(rows.latents[good].reshape(-1))
        arrays.append(pa.FixedSizeListArray.from_arrays(flat, rows.latents.shape[1]))
        kept = [data for data, keep in zip(rows.thumbnails, good, strict=True) if keep]
        arrays.append(pa.array(kept, pa.binary()))
    return pa.Table.from_arrays(arrays, schema=columns)
