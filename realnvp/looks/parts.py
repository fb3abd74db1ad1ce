"""Which pictures of a set are compared, and which its feature net never learns from."""

import numpy as np
import torch

from realnvp.data import ImageSet

PICTURES = 2000  # that are compared; fewer where the test part has fewer
SEED = 0  # of every choice and of every drawing


def compared(data: ImageSet) -> np.ndarray:
    """Rows of the test part that samples are compared with, always the same: (N,)."""
    return _chosen(len(data.test), PICTURES)


def kept_from_net(data: ImageSet) -> np.ndarray:
    """As many rows of the train part: real pictures that its feature net has not seen either.

    At most a quarter of the part, so that there is enough to learn from.
    """
    return _chosen(len(data.train), min(len(compared(data)), len(data.train) // 4))


def _chosen(among: int, count: int) -> np.ndarray:
    return torch.randperm(among, generator=torch.Generator().manual_seed(SEED))[:count].numpy()
