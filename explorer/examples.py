"""Pictures that a model brings to look at."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from realnvp.checkpoint import CheckpointError, beside, list_checkpoints, read_card
from realnvp.config import ModelConfig
from realnvp.explore.samples import draw_samples
from realnvp.fitting import fit
from realnvp.flow import RealNVP
from realnvp.images import ImageError, Picture, open_image
from realnvp.labels import labels_of
from realnvp.viz import to_rgb

EXAMPLES = 8
SHIPPED = 64  # pictures of a folder that are read at most


def examples(flow: RealNVP, checkpoint: str) -> dict[str, Picture]:
    """By name: those that lie beside the checkpoint or, where there are none, its own samples."""
    return stored_examples(checkpoint) or own_examples(flow)


def stored_examples(checkpoint: str) -> dict[str, Picture]:
    """What lies in the checkpoint's `examples` folder; a damaged file is left out."""
    return dict(list(_all_examples(checkpoint).items())[:EXAMPLES])


def _all_examples(checkpoint: str) -> dict[str, Picture]:
    folder = beside(checkpoint, "examples")
    try:
        return _read_all(folder, folder.stat().st_mtime_ns) if folder.is_dir() else {}
    except OSError:  # it is being replaced
        return {}


@lru_cache(maxsize=16)
def _read_all(folder: Path, changed: int) -> dict[str, Picture]:
    """What is in a folder; read again when that has changed."""
    read: dict[str, Picture] = {}
    for path in sorted(folder.glob("*.png")):
        if len(read) == SHIPPED:
            break
        try:
            read[path.stem] = open_image(path.read_bytes())
        except (ImageError, OSError):
            continue
    return read


def examples_of(checkpoints: Sequence[str], config: ModelConfig) -> dict[str, Tensor]:
    """The first stored example of each of these checkpoints as a model of `config` sees it.

    Returns:
        uint8 (1, C, H, W) each, by names for people; of a checkpoint without examples, none.
    """
    found = {}
    for name in checkpoints:
        for picture in list(stored_examples(name).values())[:1]:
            image, _ = fit(picture.pixels, config.image_size, config.channels)
            found[f"example of {name}"] = image
    return found


def shipped_with(checkpoint: str, config: ModelConfig) -> Tensor | None:
    """All pictures beside a checkpoint but for its own samples, as a model of `config` sees them.

    Returns:
        uint8 (n, C, H, W), in the order of their names, 64 at most; None where there are none.
    """
    pictures = _photographs(checkpoint)
    found = [fit(picture.pixels, config.image_size, config.channels)[0] for picture in pictures]
    return torch.cat(found) if found else None


def others_with_pictures(flow: RealNVP) -> list[str]:
    """Other checkpoints with several pictures beside them, those that suit this one best first.

    Best are as many channels, and a training set of other pictures, as the cards have it.
    """
    own, found = flow.card.get("data"), []
    for name in list_checkpoints():
        if name == flow.name or len(_photographs(name)) < 2:
            continue
        try:
            config, card = read_card(name)
        except CheckpointError:
            continue
        alike = own is not None and card.get("data") == own
        found.append((config.channels != flow.config.channels, alike, name))
    return [name for *_, name in sorted(found)]


def _photographs(checkpoint: str) -> list[Picture]:
    """Those that lie beside it, but for samples of its own, which are named so."""
    read = _all_examples(checkpoint)
    return [picture for name, picture in read.items() if not name.startswith("sample ")]


def own_examples(flow: RealNVP) -> dict[str, Picture]:
    """Pictures that the model draws itself, always the same; of classes, each in turn."""
    drawn = draw_samples(flow, EXAMPLES, 0.7, 0, labels_of(flow.config, None, EXAMPLES))
    names = list(flow.config.label_names) if flow.config.label_kind == "class" else []
    names += [f"sample {index + 1}" for index in range(len(names), EXAMPLES)]
    pictures = (Picture(pixels) for pixels in to_rgb(drawn.images))
    return dict(zip(names[:EXAMPLES], pictures, strict=True))
