"""What a call costs by way of Ray, beside the same call on a thread of this process.

Both engines decode the same latents with the same number of threads, by turns. The model's time is
by the engine's own clock; the rest is the round trip. One replica is started, on the
cluster of RAY_ADDRESS, else on a new one; `pip install -r requirements-cluster.txt` comes first.
"""

import argparse
from functools import partial

import torch

import realnvp
from benchmarks.report import table
from benchmarks.timing import Times, in_turns
from explorer.engine import AnyEngine, Call, Engine
from explorer.engine.cluster.deployment import Deployment, connect, deploy, stop
from realnvp.checkpoint import checkpoints_folder
from realnvp.inference import fold

BATCHES = (1, 64)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--checkpoint", default="faces32", help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=51, help="default: %(default)s")


def run(options: argparse.Namespace) -> None:
    flow = fold(realnvp.load(options.checkpoint))
    deploy(Deployment(cpus=torch.get_num_threads()))
    here, there = Engine(torch.device("cpu")), connect()
    try:
        there.loaded_from(flow, checkpoints_folder() / options.checkpoint)
        rows = [_row(flow, n, {"process": here, "ray": there}, options.rounds) for n in BATCHES]
    finally:
        there.close()
        here.close()
        stop()
    heads = ["pictures", "in this process", "by Ray", "the model here", "the model there"]
    print(f"{options.checkpoint}, {options.rounds} rounds; median (best) in ms\n")
    print(table(heads, rows))


def _row(flow: realnvp.RealNVP, n: int, engines: dict[str, AnyEngine], rounds: int) -> list[object]:
    z = flow.draw(n, 0.7, torch.Generator().manual_seed(0))
    own: dict[str, list[float]] = {name: [] for name in engines}

    def decode(name: str) -> None:
        engine = engines[name]
        call: Call = engine.decode(flow, z) if n == 1 else engine.call(flow.decode, z)
        own[name].append(call.milliseconds)

    times = in_turns({name: partial(decode, name) for name in engines}, rounds)
    medians = [f"{Times(taken[2:]).median:.1f}" for taken in own.values()]
    return [n, times["process"], times["ray"], *medians]
