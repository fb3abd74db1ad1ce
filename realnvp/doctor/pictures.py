"""Pictures of a model's own, to examine it with."""

from pathlib import Path

import torch

from realnvp.config import ModelConfig
from realnvp.default_labels import labels_in_turn
from realnvp.fitting import fit
from realnvp.flow import RealNVP
from realnvp.images import ImageError, open_image
from realnvp.synthetic_pictures import Kind

MAX_EXAMPLES = 16


def example_pictures(config: ModelConfig, folder: Path) -> list[Kind]:
    """The readable PNG files of a folder as one kind; none if there are none."""
    if config.channels not in (1, 3):
        return []
    found = []
    for path in sorted(folder.glob("*.png"))[:MAX_EXAMPLES]:
        try:
            pixels = open_image(path.read_bytes()).pixels
        except ImageError:
            continue  # the app leaves it out as well
        found.append(fit(pixels, config.image_size, config.channels)[0])
    if not found:
        return []
    return [Kind("the examples", torch.cat(found), labels_in_turn(config, len(found)))]


def own_samples(flow: RealNVP, n: int, temperature: float) -> Kind:
    """n samples of seed 0.

    Raises:
        NonFiniteError: naming the layer, if a pixel is not finite.
    """
    labels = labels_in_turn(flow.config, n)
    images = flow.sample(n, temperature, torch.Generator().manual_seed(0), labels)
    return Kind(f"its own samples at temperature {temperature}", images, labels)
