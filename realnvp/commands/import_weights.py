"""Make a checkpoint of weights that another implementation of RealNVP has trained.

    python -m realnvp import best.pth.tar --from chrischute --name theirs
    python -m realnvp import weights.pt --from fmu2 --name theirs --size 64

Known are github.com/chrischute/real-nvp and github.com/fmu2/realNVP, by the names of their
weights: all are copied as they are, and where their layers are not ours the checkpoint says so. It
is then a model like others, here and in the app. FILE is a state dict, of PyTorch or safetensors;
no other object is unpickled. For other implementations see docs/your-model.md.
"""

import argparse
from pathlib import Path

from realnvp import checkpoint
from realnvp.checkpoint import CheckpointError
from realnvp.commands.common import size
from realnvp.config import shown
from realnvp.file_names import is_portable
from realnvp.flow import out_of_memory
from realnvp.importing import HOMES, SOURCES, WHOLES, read_state
from realnvp.model_files import weights_hash
from realnvp.nets import parameter_count


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="weights of the other one")
    parser.add_argument("--from", dest="source", required=True, choices=SOURCES, help="whose")
    parser.add_argument("--name", required=True, help="of the checkpoint to write")
    parser.add_argument(
        "--size",
        type=size,
        metavar="PIXELS",
        help="of the pictures it was trained on, a side or height x width, which no weight tells"
        " (default: 32, or 64 for the five levels of fmu2)",
    )


def run(options: argparse.Namespace) -> None:
    name, source = options.name, options.source
    if not is_portable(name):
        raise ValueError(f"a folder cannot be called {shown(name)} on every system")
    if name in checkpoint.list_checkpoints():
        raise ValueError(f"there is a checkpoint {name!r} already: choose another --name")
    state = read_state(options.file, whole=WHOLES[source])
    try:
        flow = SOURCES[source](state, options.size).flow()
    except CheckpointError as error:
        raise CheckpointError(f"{options.file.name}: {error}") from None
    except RuntimeError as error:  # a tensor of a shape that no model of theirs has
        if out_of_memory(error):
            raise
        raise CheckpointError(f"{options.file.name}: shapes of weights do not fit") from None
    folder = checkpoint.checkpoints_folder() / name
    checkpoint.save(flow, folder, {})
    card = {
        "summary": f"Weights of {HOMES[source]}, from {options.file.name}.",
        "imported_from": source,
        "parameters": parameter_count(flow),
        "weights_bytes": (folder / checkpoint.WEIGHTS).stat().st_size,
        "weights_sha256": weights_hash(folder),
    }
    checkpoint.save_card(folder, flow.config, card)
    config = flow.config
    height, width = config.image_size
    print(
        f"{folder}: {config.channels} x {height} x {width}, levels: {config.num_levels},"
        f" maps: {config.width}, residual blocks: {config.num_blocks},"
        f" parameters: {card['parameters']:,}"
    )
    print(f"not as ours: {', '.join(config.variant.in_words())}")
