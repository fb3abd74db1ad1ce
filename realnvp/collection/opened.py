"""A collection read again: the Parquet of `encode FOLDER`, as pictures with their latents.

Such a file may come from anyone. What it says of itself is compared with the model before any
column is read, and a picture's size before it is decoded.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import torch
from PIL import Image
from pyarrow import parquet
from torch import Tensor

from realnvp.config import ModelConfig
from realnvp.data.chosen import chosen_rows
from realnvp.data.classes import layout_of
from realnvp.data.imageset import DataError

MAGIC = b"PAR1"
MAX_ROWS = 5_000_000
MAX_UNPACKED = 2**30  # bytes of what a visitor sends
COLUMNS = ("file", "bits_per_dim", "latent", "thumbnail")
BATCH = 256  # rows in memory besides those that are kept
AGAIN = "write it again with this version's `encode FOLDER`"


@dataclass(frozen=True, eq=False)
class Opened:
    """Pictures of a collection.

    Args:
        images: uint8 (N, C, H, W).
        z: (N, D), float32.
        bits_per_dim: (N,), float64.
        files: paths below the folder that was encoded.
        words: their classes, as folders say them; "" where they say none.
        label: what all were encoded with, in words; "" for an unconditional model.
        notes: for people.
        of: rows of which these were chosen; 0 where they are all.
    """

    images: Tensor
    z: Tensor
    bits_per_dim: Tensor
    files: tuple[str, ...]
    words: tuple[str, ...]
    label: str
    notes: tuple[str, ...] = ()
    of: int = 0


def is_parquet(path: Path) -> bool:
    """Whether it is a Parquet file, by its content, or a folder with parts of a collection."""
    try:
        if path.is_dir():
            return next(path.glob("part-*.parquet"), None) is not None
        with path.open("rb") as file:
            return file.read(4) == MAGIC
    except OSError:
        return False


def read_collection(
    path: Path, weights_sha256: str, config: ModelConfig, most: int, *, strict: bool = False
) -> Opened:
    """At most `most` rows of a Parquet file, or of all parts in a folder.

    Args:
        weights_sha256: of the model whose latents they have to be.
        config: of that model.
        strict: with limits for what a visitor sends to a server.

    Raises:
        DataError: if it is damaged, of another model or of another version; one line.
    """
    files = sorted(path.glob("part-*.parquet")) if path.is_dir() else [path]
    try:
        total, label = 0, ""
        for file in files:
            with parquet.ParquetFile(file) as opened:
                label = _check(path, opened, weights_sha256, config, strict)
                total += opened.metadata.num_rows
        if total > MAX_ROWS:
            raise DataError(path, f"{total:,} rows; at most {MAX_ROWS:,} can be opened")
        rows = chosen_rows(total, most)
        tables = list(_kept(files, rows))
        return _made(path, pa.concat_tables(tables), config, label, total, len(rows))
    except DataError:
        raise
    except OSError as error:
        if error.errno is None:  # Arrow says so of damaged bytes
            raise DataError(path, "a damaged Parquet file") from None
        raise DataError(path, error.strerror or "cannot be read") from None
    except Exception:
        # Damaged bytes raise any of Arrow's exceptions, and ValueError, KeyError, MemoryError, ...
        raise DataError(path, "a damaged Parquet file") from None


def _check(
    path: Path, opened: parquet.ParquetFile, weights_sha256: str, config: ModelConfig, strict: bool
) -> str:
    """The label that it was written with."""
    about, schema = opened.metadata, opened.schema_arrow
    own = schema.metadata or {}
    if b"weights_sha256" not in own:
        raise DataError(path, "a Parquet file that `encode FOLDER` has not written")
    if own[b"weights_sha256"].decode() != weights_sha256:
        model = own.get(b"model", b"").decode("utf-8", "replace")[:60]
        known = f" ({model})" if model else ""
        raise DataError(path, f"its latents are of another model{known}: choose that, or {AGAIN}")
    if "latent" not in schema.names:
        raise DataError(path, "it was written with --bits-only: a map takes latents")
    if missing := [name for name in COLUMNS if name not in schema.names]:
        raise DataError(path, f"it has no column {missing[0]}: {AGAIN}")
    kind = schema.field("latent").type
    if kind != pa.list_(pa.float32(), config.dim):
        raise DataError(path, f"its latents are {kind}, those of the model {config.dim:,} numbers")
    groups = (about.row_group(index) for index in range(about.num_row_groups))
    if strict and sum(group.total_byte_size for group in groups) > MAX_UNPACKED:
        raise DataError(path, f"unpacks to more than {MAX_UNPACKED >> 20} MB")
    return own.get(b"label", b"").decode()


def _kept(files: list[Path], rows: list[int]) -> Iterator[pa.Table]:
    """The chosen rows, a batch at a time."""
    wanted, start = np.array(rows), 0
    for file in files:
        with parquet.ParquetFile(file) as opened:
            for batch in opened.iter_batches(BATCH, columns=list(COLUMNS)):
                own = wanted[(wanted >= start) & (wanted < start + len(batch))] - start
                yield pa.Table.from_batches([batch.take(pa.array(own, pa.int64()))])
                start += len(batch)


def _made(
    path: Path, table: pa.Table, config: ModelConfig, label: str, total: int, chosen: int
) -> Opened:
    bits = table["bits_per_dim"].to_numpy()
    latents = table["latent"].combine_chunks()
    z = np.asarray(latents.values if hasattr(latents, "values") else latents.flatten())
    z = z.reshape(len(table), config.dim)
    if not (np.isfinite(z).all() and np.isfinite(bits).all()):
        raise DataError(path, "it holds numbers that are not finite")
    images = torch.empty(len(table), config.channels, *config.image_size, dtype=torch.uint8)
    for row, data in enumerate(table["thumbnail"]):
        images[row] = _picture(path, data.as_py(), config)
    files = tuple(table["file"].to_pylist())
    classes = layout_of(files).classes
    return Opened(
        images,
        torch.from_numpy(z.astype(np.float32)),
        torch.from_numpy(bits.astype(np.float64)),
        files,
        tuple(classes.get(file, "") for file in files),
        label,
        (),
        total if chosen < total else 0,
    )


def _picture(path: Path, data: bytes, config: ModelConfig) -> Tensor:
    mode = "L" if config.channels == 1 else "RGB"
    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        # Before a pixel is decoded: a small file may claim to be huge.
        if image.size != config.image_size[::-1] or image.mode != mode:
            raise DataError(path, "its thumbnails are not of the model's size")
        pixels = np.array(image)
    return torch.from_numpy(pixels.reshape(*config.image_size, config.channels)).permute(2, 0, 1)
