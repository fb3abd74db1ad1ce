"""`python -m benchmarks`: measure the project on this machine; each prints Markdown tables."""

import argparse
import sys
from collections.abc import Sequence

import torch

from benchmarks import (
    atlas,
    browser,
    classroom,
    collection,
    conv,
    decode,
    engines,
    faces,
    gpu,
    house,
    imported,
    memory,
    onnx_decode,
    peers,
    repair,
    replicas,
    soak,
    step,
    visitors,
)
from benchmarks.report import machine
from realnvp import CheckpointError, ConfigError
from realnvp.commands.common import add_commands, set_threads
from realnvp.memory import keep_freed_memory

BENCHMARKS = {
    "peers": peers,
    "import": imported,
    "conv": conv,
    "decode": decode,
    "onnx": onnx_decode,
    "step": step,
    "engines": engines,
    "memory": memory,
    "collection": collection,
    "repair": repair,
    "faces": faces,
    "visitors": visitors,
    "class": classroom,
    "replicas": replicas,
    "browser": browser,
    "atlas": atlas,
    "soak": soak,
    "gpu": gpu,
    "house": house,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one benchmark; 0 if it worked, 2 with one line on stderr if its input was at fault."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    for command in add_commands(parser, BENCHMARKS):
        command.add_argument(
            "--device", default="cpu", help="cpu, cuda or mps (default: %(default)s)"
        )
        command.add_argument(
            "--default-allocator",
            action="store_true",
            help="without realnvp.memory.keep_freed_memory, which the app calls at its start",
        )
    options = parser.parse_args(arguments)
    set_threads(options)
    if not options.default_allocator:
        keep_freed_memory()  # for everybody who is timed
    try:
        options.device = torch.device(options.device)
        print(machine(options.device), end="\n\n", flush=True)
        options.act(options)
    except (CheckpointError, ConfigError, ValueError, OSError, RuntimeError) as error:
        print(f"{parser.prog} {options.command}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
