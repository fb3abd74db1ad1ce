"""RealNVP from the command line: the app, and the model from training to drawing."""

import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path

from realnvp.checkpoint import CheckpointError
from realnvp.commands.common import Parser, UsageError, add_commands, set_threads
from realnvp.config import ConfigError
from realnvp.flow import out_of_memory
from realnvp.reasons import told
from realnvp.transforms import NonFiniteError

# Modules, imported when they are asked for: those of the app are known here by name alone.
COMMANDS = {
    "app": "explorer.commands.app",
    "train": "realnvp.commands.train",
    "evaluate": "realnvp.commands.evaluate",
    "ship": "realnvp.commands.ship",
    "doctor": "realnvp.commands.doctor",
    "sample": "realnvp.commands.sample",
    "encode": "realnvp.commands.encode",
    "interpolate": "realnvp.commands.interpolate",
    "directions": "realnvp.commands.directions",
    "atlas": "realnvp.commands.atlas",
    "export": "realnvp.commands.export",
    "import": "realnvp.commands.import_weights",
    "baselines": "realnvp.commands.baselines",
    "features": "realnvp.commands.features",
    "serve": "explorer.commands.serve",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 if it worked, 1 if the doctor found a fault, 2 with one line on stderr if the input was at
        fault.
    """
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # on Windows it has no → where it is redirected
    called = Path(sys.argv[0]).stem == "realnvp"  # by its script, which an installation makes
    parser = Parser(prog="realnvp" if called else "python -m realnvp", description=__doc__)
    words = sys.argv[1:] if arguments is None else list(arguments)
    wanted = words[:1] if words and words[0] in COMMANDS else COMMANDS
    add_commands(parser, {name: import_module(COMMANDS[name]) for name in wanted})
    try:
        options = parser.parse_args(words)
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    set_threads(options)
    try:
        return options.act(options) or 0
    except (CheckpointError, ConfigError, NonFiniteError, ValueError) as error:
        problem = str(error)
    except OSError as error:
        problem = told(error)
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and not out_of_memory(error):
            raise
        problem = "there is not memory enough for this; ask for less at a time"
    print(f"{parser.prog} {options.command}: {' '.join(problem.split())}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
