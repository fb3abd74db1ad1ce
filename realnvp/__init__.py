"""RealNVP (Dinh et al., 2017): exact densities, exact inverses, and latents to explore.

import realnvp

flow = realnvp.load("faces32")
images = flow.sample(16, temperature=0.7)      # uint8 (16, 3, 32, 32)
z = flow.encode(images)                        # (16, 3072)
assert (flow.decode(z) == images).all()
flow.bits_per_dim(images)                      # (16,)
"""

from realnvp.any_flow import AnyFlow
from realnvp.checkpoint import CheckpointError, list_checkpoints, load, load_folder, save
from realnvp.config import ConfigError, ModelConfig, TrainConfig
from realnvp.flow import RealNVP
from realnvp.notebook import load_ipython_extension, show
from realnvp.own_flows import open_flow
from realnvp.transforms import NonFiniteError

__version__ = "0.1.0"
__all__ = [
    "AnyFlow",
    "CheckpointError",
    "ConfigError",
    "ModelConfig",
    "NonFiniteError",
    "RealNVP",
    "TrainConfig",
    "list_checkpoints",
    "load",
    "load_folder",
    "load_ipython_extension",
    "open_flow",
    "save",
    "show",
]
