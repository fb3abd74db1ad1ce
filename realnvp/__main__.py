"""`python -m realnvp`: the model from the command line, from training to drawing."""

import argparse
import sys
from collections.abc import Sequence

import torch

from realnvp.checkpoint import CheckpointError
from realnvp.commands import doctor, encode, evaluate, interpolate, sample, ship, train
from realnvp.config import ConfigError
from realnvp.transforms import NonFiniteError

COMMANDS = {
    "train": train,
    "evaluate": evaluate,
    "ship": ship,
    "doctor": doctor,
    "sample": sample,
    "encode": encode,
    "interpolate": interpolate,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 if it worked, 1 if the doctor found a fault, 2 with one line on stderr if the input was at
        fault.
    """
    parser = argparse.ArgumentParser(prog="python -m realnvp", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        text = (module.__doc__ or "").strip()
        command = commands.add_parser(
            name,
            help=text.splitlines()[0],
            description=text,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(command)
        command.add_argument("--threads", type=int, help="CPU threads (default: one per core)")
        command.set_defaults(act=module.run)
    options = parser.parse_args(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)
    try:
        return options.act(options) or 0
    except (CheckpointError, ConfigError, NonFiniteError, ValueError, OSError) as error:
        print(f"{parser.prog} {options.command}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
