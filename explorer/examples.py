"""Pictures that a model brings to look at."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from torch import Tensor

from realnvp.checkpoint import beside
from realnvp.config import ModelConfig
from realnvp.explore.samples import draw_samples
from realnvp.fitting import fit
from realnvp.flow import RealNVP
from realnvp.images import ImageError, Picture, open_image
from realnvp.labels import labels_of
from realnvp.viz import to_rgb

EXAMPLES = 8


def examples(flow: RealNVP, checkpoint: str) -> dict[str, Picture]:
    """By name: those that lie beside the checkpoint or, where there are none, its own samples."""
    return stored_examples(checkpoint) or own_examples(flow)


def stored_examples(checkpoint: str) -> dict[str, Picture]:
    """What lies in the checkpoint's `examples` folder; a damaged file is left out."""
    folder = beside(checkpoint, "examples")
    return _read_folder(folder) if folder.is_dir() else {}


@lru_cache(maxsize=16)
def _read_folder(folder: Path) -> dict[str, Picture]:
    read: dict[str, Picture] = {}
    for path in sorted(folder.glob("*.png")):
        if len(read) == EXAMPLES:
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


def own_examples(flow: RealNVP) -> dict[str, Picture]:
    """Pictures that the model draws itself, always the same; of classes, each in turn."""
    drawn = draw_samples(flow, EXAMPLES, 0.7, 0, labels_of(flow.config, None, EXAMPLES))
    names = list(flow.config.label_names) if flow.config.label_kind == "class" else []
    names += [f"sample {index + 1}" for index in range(len(names), EXAMPLES)]
    pictures = (Picture(pixels) for pixels in to_rgb(drawn.images))
    return dict(zip(names[:EXAMPLES], pictures, strict=True))
