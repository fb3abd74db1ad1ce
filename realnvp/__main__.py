"""`python -m realnvp`: the model from the command line, from training to drawing."""

import argparse
import sys
from collections.abc import Sequence

from realnvp.checkpoint import CheckpointError
from realnvp.commands import (
    atlas,
    baselines,
    directions,
    doctor,
    encode,
    evaluate,
    interpolate,
    sample,
    serve,
    ship,
    train,
)
from realnvp.commands.common import add_commands, set_threads
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
    "directions": directions,
    "atlas": atlas,
    "baselines": baselines,
    "serve": serve,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 if it worked, 1 if the doctor found a fault, 2 with one line on stderr if the input was at
        fault.
    """
    parser = argparse.ArgumentParser(prog="python -m realnvp", description=__doc__)
    add_commands(parser, COMMANDS)
    options = parser.parse_args(arguments)
    set_threads(options)
    try:
        return options.act(options) or 0
    except (CheckpointError, ConfigError, NonFiniteError, ValueError, OSError) as error:
        print(f"{parser.prog} {options.command}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
