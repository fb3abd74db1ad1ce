"""A feature net on disk: `model.safetensors` and `config.json`, and nothing unpickled.

They lie in `features/NAME` among the checkpoints, one level deeper than those of flows.
"""

from pathlib import Path

from realnvp.checkpoint import checkpoint_folder, checkpoint_folders, checkpoints_folder
from realnvp.config import shown
from realnvp.data import ImageSet
from realnvp.looks.net import FeatureNet, NetConfig
from realnvp.model_files import CheckpointError, is_model, read_model, write_model

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
    return sorted({path.name for path in paths if is_model(path)})


def load_net(name: str, folder: Path | None = None) -> FeatureNet:
    """The feature net called `name`: float32, CPU, evaluation mode, frozen.

    Raises:
        CheckpointError: if it is not there or damaged; one line that names it.
    """
    if name not in list_nets(folder):
        known = ", ".join(list_nets(folder)) or "none"
        raise CheckpointError(f"no feature net {shown(name)!r}; there are: {known}")
    path = folder / name if folder else checkpoint_folder(f"{FOLDER}/{name}")
    net = read_model(path, KIND, NetConfig.from_dict, FeatureNet, MAX_WEIGHTS)
    net.name = name
    return net


def save_net(net: FeatureNet, name: str, folder: Path | None = None) -> Path:
    """Write it, weights as float16 and statistics as float32; gives its folder."""
    path = (folder or nets_folder()) / name
    write_model(path, KIND, net, net.config, net.card)
    return path


def net_for(data: ImageSet) -> FeatureNet:
    """The net that has learned this set's labels, be they all of them or some.

    Raises:
        ValueError: if there is none; says how to make one.
    """
    wanted = set(data.label_names)
    for name in list_nets() if wanted else ():
        net = load_net(name)
        if net.config.channels == data.channels and wanted <= set(net.config.label_names):
            return net
    raise ValueError(
        f"no feature net has learned the labels of {data.name}:"
        " python -m realnvp features DATA --name NAME makes one"
    )
