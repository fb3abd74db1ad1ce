"""Pictures of an atlas on disk: a sheet, `atlas.png`, and what is known of it, `atlas.json`."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from realnvp.atomic_file import write_file
from realnvp.checkpoint import CheckpointError, beside
from realnvp.config import MAX_LABEL_NAME, ModelConfig, shown
from realnvp.explore.atlas import FEWEST
from realnvp.explore.encode_set import AtlasSet
from realnvp.labels import words_of
from realnvp.own_flows import has_files
from realnvp.plain import is_line
from realnvp.reasons import reason_of

SHEET, FACTS = "atlas.png", "atlas.json"
FORMAT = 1
MAX_BYTES = 400_000  # of the sheet
MAX_JSON = 200_000  # bytes
MAX_PICTURES = 600
MAX_NAMES = 1000
MAX_LINE = 300
COLUMNS = 25
ENTRIES = ("format", "count", "columns", "size", "label_names", "labels", "source", "terms")


def read_atlas(name: str, config: ModelConfig) -> AtlasSet | None:
    """The pictures that came with a checkpoint for its atlas; None where it has none.

    Args:
        name: one of `list_checkpoints()` or of `own_flows()`; never a path.
        config: of the model; pictures and labels must be such as it takes.

    Raises:
        CheckpointError: if a file is missing or damaged, or they do not fit each other.
    """
    if not has_files(name):
        raise CheckpointError(f"no checkpoint {shown(name)!r}")
    sheet, described = beside(name, SHEET), beside(name, FACTS)
    if not sheet.is_file() and not described.is_file():
        return None
    try:
        facts = _facts(_bytes(described, MAX_JSON))
        count, columns = _whole(facts, "count", FEWEST, MAX_PICTURES), _whole(facts, "columns", 1)
        if facts["size"] != list(config.image_size):
            raise CheckpointError(f"{FACTS} has another size than the model's pictures")
        labels, words = _labels(facts, count, config)
        source = f"{_line(facts, 'source')}; {_line(facts, 'terms')}"
        images = _pictures(_bytes(sheet, MAX_BYTES), count, columns, config)
        return AtlasSet(images, labels, words, source)
    except CheckpointError as error:
        raise CheckpointError(f"{name}: {error}") from None


def write_atlas(
    folder: Path,
    images: Tensor,
    labels: Tensor | None,
    names: tuple[str, ...],
    source: str,
    terms: str,
) -> int:
    """Write both files into a folder, which is made; gives the bytes of the sheet.

    Args:
        images: uint8 (N, C, H, W), grey or colour.
        labels: classes, (N,), or attributes that are 0 or 1, (N, A), or None.
        names: of the labels.

    Raises:
        ValueError: if there are too few or too many, a text is too long, or the sheet too large.
    """
    count, channels, height, width = images.shape
    if not FEWEST <= count <= MAX_PICTURES:
        raise ValueError(f"an atlas has {FEWEST} to {MAX_PICTURES} pictures, not {count}")
    for line in (source, terms):
        if not is_line(line, MAX_LINE):
            raise ValueError(f"source and terms are lines of at most {MAX_LINE} letters each")
    columns = min(COLUMNS, count)
    rows = -(-count // columns)
    tiles = np.zeros((rows * columns, height, width, channels), np.uint8)
    tiles[:count] = images.permute(0, 2, 3, 1).numpy()
    sheet = tiles.reshape(rows, columns, height, width, channels).swapaxes(1, 2)
    sheet = sheet.reshape(rows * height, columns * width, channels)
    buffer = io.BytesIO()
    Image.fromarray(sheet[..., 0] if channels == 1 else sheet).save(buffer, "PNG", optimize=True)
    data = buffer.getvalue()
    if len(data) > MAX_BYTES:
        fewer = int(count * MAX_BYTES / len(data) * 0.95)
        raise ValueError(
            f"{count} pictures make {len(data) / 1000:.0f} kB, more than"
            f" {MAX_BYTES // 1000}; about {fewer} would fit"
        )
    given = None if labels is None else _plain(labels)
    values = (FORMAT, count, columns, [height, width], list(names), given, source, terms)
    facts = dict(zip(ENTRIES, values, strict=True))
    folder.mkdir(parents=True, exist_ok=True)
    write_file(folder / SHEET, data)
    write_file(folder / FACTS, json.dumps(facts, ensure_ascii=False) + "\n")
    return len(data)


def _plain(labels: Tensor) -> list:
    """Classes as numbers; attributes as lists of the numbers of those that are present."""
    if labels.ndim == 1:
        return labels.tolist()
    return [row.nonzero()[:, 0].tolist() for row in labels]


def _bytes(path: Path, most: int) -> bytes:
    try:
        if path.stat().st_size > most:
            raise CheckpointError(f"{path.name} has more than {most // 1000} kB")
        return path.read_bytes()
    except FileNotFoundError:
        raise CheckpointError(f"{path.name} is missing") from None
    except OSError as error:
        raise CheckpointError(f"{path.name} cannot be read: {reason_of(error)}") from None


def _facts(data: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(data)
    except (ValueError, RecursionError):
        raise CheckpointError(f"{FACTS} is no JSON, or damaged") from None
    if not isinstance(facts, dict) or set(facts) != set(ENTRIES) or facts["format"] != FORMAT:
        raise CheckpointError(f"{FACTS} has not the entries of format {FORMAT}")
    return facts


def _whole(facts: dict[str, Any], key: str, low: int, high: int = MAX_PICTURES) -> int:
    value = facts[key]
    if type(value) is not int or not low <= value <= high:
        raise CheckpointError(f"{FACTS} has a {key} that cannot be: {shown(value)}")
    return value


def _line(facts: dict[str, Any], key: str) -> str:
    value = facts[key]
    if not is_line(value, MAX_LINE):
        raise CheckpointError(f"{FACTS} has a {key} that is no line of text")
    return value


def _labels(
    facts: dict[str, Any], count: int, config: ModelConfig
) -> tuple[Tensor | None, tuple[str, ...]]:
    """Labels as the flow takes them, and what each says for people."""
    names, given = facts["label_names"], facts["labels"]
    good = isinstance(names, list) and len(names) <= MAX_NAMES
    if not good or not all(is_line(name, MAX_LABEL_NAME) for name in names):
        raise CheckpointError(f"{FACTS} has label names that are no lines of text")
    if given is None:
        if config.label_kind is not None:
            raise CheckpointError(f"{FACTS} has no labels, and the model takes some")
        return None, ("",) * count
    if not isinstance(given, list) or len(given) != count:
        raise CheckpointError(f"{FACTS} has not one label for each picture")
    many = len(names)
    if all(type(row) is int and 0 <= row < many for row in given):
        kind, labels = "class", torch.tensor(given)
    elif all(_is_row(row, many) for row in given):
        kind, labels = "attributes", torch.zeros(count, many)
        for index, row in enumerate(given):
            labels[index, row] = 1
    else:
        raise CheckpointError(f"{FACTS} has a label that has no name")
    own = list(config.label_names) or names
    if config.label_kind and (config.label_kind, own, config.num_labels) != (kind, names, many):
        raise CheckpointError(f"{FACTS} has other labels than the model takes")
    return (labels if config.label_kind else None), words_of(names, labels, count)


def _is_row(row: object, many: int) -> bool:
    return isinstance(row, list) and all(type(bit) is int and 0 <= bit < many for bit in row)


def _pictures(data: bytes, count: int, columns: int, config: ModelConfig) -> Tensor:
    height, width = config.image_size
    rows = -(-count // columns)
    mode = {1: "L", 3: "RGB"}.get(config.channels)
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            # Before a pixel is decoded: a small file may claim to be huge.
            if image.size != (columns * width, rows * height) or image.mode != mode:
                raise CheckpointError(f"{SHEET} is no sheet of {count} pictures of the model")
            pixels = np.array(image)
    except CheckpointError:
        raise
    except Exception:
        # Damaged chunks make SyntaxError, ValueError, OSError, struct.error, zlib.error, ...
        raise CheckpointError(f"{SHEET} is no PNG, or damaged") from None
    tiles = pixels.reshape(rows, height, columns, width, config.channels).swapaxes(1, 2)
    tiles = tiles.reshape(rows * columns, height, width, config.channels)[:count]
    return torch.from_numpy(tiles).permute(0, 3, 1, 2).contiguous()
