"""A feature net on disk: `model.safetensors` and `config.json`, and nothing unpickled.

They lie in `features/NAME` among the checkpoints, one level deeper than those of flows.
"""

from pathlib import Path

import torch

from realnvp.checkpoint import checkpoint_folder, checkpoint_folders, checkpoints_folder
from realnvp.config import shown
from realnvp.data import ImageSet
from realnvp.looks.net import FeatureNet, NetConfig
from realnvp.model_files import (
    CONFIG,
    WEIGHTS,
    CheckpointError,
    fitted,
    read_description,
    read_weights,
    write_description,
    write_weights,
)

FOLDER = "features"
KIND = "features"  # the entry of `CONFIG` that describes the architecture
MAX_WEIGHTS = 2**26  # bytes


def nets_folder() -> Path:
    """Where nets are written."""
    return checkpoints_folder() / FOLDER


def list_nets(folder: Path | None = None) -> list[str]:
    """Names of the nets whose files are there, sorted."""
    places = [folder] if folder else [place / FOLDER for place in checkpoint_folders()]
    paths = [path for place in places if place.is_dir() for path in place.iterdir()]
    return sorted({p.name for p in paths if all((p / f).is_file() for f in (WEIGHTS, CONFIG))})


def load_net(name: str, folder: Path | None = None) -> FeatureNet:
    """The feature net called `name`: float32, CPU, evaluation mode, frozen.

    Raises:
        CheckpointError: if it is not there or damaged; one line that names it.
    """
    if name not in list_nets(folder):
        known = ", ".join(list_nets(folder)) or "none"
        raise CheckpointError(f"no feature net {shown(name)!r}; there are: {known}")
    path = folder / name if folder else checkpoint_folder(f"{FOLDER}/{name}")
    config, card = read_description(path, KIND, NetConfig.from_dict)
    stored = read_weights(path, MAX_WEIGHTS)
    with torch.device("meta"):  # no memory is taken for what the file may not hold
        expected = FeatureNet(config).state_dict()
    weights = fitted(name, stored, expected)
    net = FeatureNet(config, card)
    net.name = name
    net.load_state_dict(weights)
    return net.eval().requires_grad_(False)


def save_net(net: FeatureNet, name: str, folder: Path | None = None) -> Path:
    """Write it, weights as float16 and statistics as float32; gives its folder."""
    path = (folder or nets_folder()) / name
    path.mkdir(parents=True, exist_ok=True)
    write_weights(path, net.state_dict(), half=True)
    write_description(path, KIND, net.config.to_dict(), net.card)
    return path


def net_for(data: ImageSet, folder: Path | None = None) -> FeatureNet:
    """The net that has learned this set's labels, be they all of them or some.

    Raises:
        ValueError: if there is none; says how to make one.
    """
    wanted = set(data.label_names)
    for name in list_nets(folder) if wanted else ():
        net = load_net(name, folder)
        if net.config.channels == data.channels and wanted <= set(net.config.label_names):
            return net
    raise ValueError(
        f"no feature net has learned the labels of {data.name}:"
        " python -m realnvp features DATA --name NAME makes one"
    )
