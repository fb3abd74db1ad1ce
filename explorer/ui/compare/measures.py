"""What the notices of Compare are made of: how much is grey, how a strip steps, what is named."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from realnvp.looks.net import FeatureNet

GREY = (64, 192)  # values that are neither paper nor ink; real digits have them along edges
SURE = 0.95  # the probability from which a class counts as named


@dataclass(frozen=True)
class Strip:
    """How a strip of frames goes.

    Args:
        mean, largest: a step from frame to frame, root mean square, in grey levels.
        apart: the same of the first frame and the last.
    """

    mean: float
    largest: float
    apart: float

    @property
    def share(self) -> float | None:
        """The largest step, of the distance of the ends; None where those are alike."""
        return self.largest / self.apart if self.apart else None


def grey_share(images: Tensor) -> float | None:
    """Of all values from `GREY` on, the share below its end; None where there are none.

    Args:
        images: uint8 (N, 1, H, W), digits of light ink on black.
    """
    low, high = GREY
    written = int((images >= low).sum())
    return 1 - int((images >= high).sum()) / written if written else None


def named(net: FeatureNet, images: Tensor) -> int:
    """To how many of the pictures, uint8 (N, C, H, W), the net gives one class with `SURE`."""
    with torch.inference_mode():
        most = net(images.to(net.labels.weight.device)).softmax(1).amax(1)
    return int((most >= SURE).sum())


def strip_of(images: Tensor) -> Strip:
    """Of frames, uint8 (n, C, H, W), two at least."""
    steps = _apart(images[1:], images[:-1])
    return Strip(sum(steps) / len(steps), max(steps), _apart(images[-1:], images[:1])[0])


def _apart(images: Tensor, others: Tensor) -> list[float]:
    return (images.double() - others.double()).square().mean((1, 2, 3)).sqrt().tolist()


def listed(words: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
