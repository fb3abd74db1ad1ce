"""Run the models of several apps on a Ray cluster, until Ctrl+C.

    python -m realnvp serve --replicas 1:4
    REALNVP_ENGINE=ray make run     # as many apps as you like, on any machine of the cluster

It needs `pip install -r requirements-cluster.txt`. The cluster is that of RAY_ADDRESS, else the one
that runs on this machine, else a new one, which ends with this command. Each replica has --threads
of the machine's CPUs, by default an equal share, and reads the same REALNVP_CHECKPOINTS as the
apps. Whoever can reach the cluster's ports can run programs on it: keep them from the outside.
"""

import argparse
import os
import threading

from explorer.engine.cluster.deployment import Deployment, deploy, stop
from realnvp.commands import numbers
from realnvp.commands.common import DEFAULT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--replicas",
        type=_range,
        default=(1, 1),
        metavar="N or LEAST:MOST",
        help="processes that run models; between two numbers, as many as are wanted (default: 1)",
    )
    parser.add_argument(
        "--gpus",
        type=numbers.real(0, 64),
        default=0.0,
        help=f"for each; 0.25 puts four on one GPU, {DEFAULT}",
    )
    parser.add_argument(
        "--busy",
        type=numbers.whole(1),
        default=4,
        help=f"calls at a time that want one more replica, {DEFAULT}",
    )
    parser.add_argument(
        "--waiting",
        type=numbers.whole(1),
        default=64,
        help=f"calls of an app that wait for a replica; one more is turned away, {DEFAULT}",
    )


def run(options: argparse.Namespace) -> None:
    least, most = options.replicas
    cpus = options.threads or max(1, (os.cpu_count() or 1) // most)
    address = deploy(Deployment(least, most, options.busy, options.waiting, cpus, options.gpus))
    many = f"{least} to {most} replicas" if most > least else f"{least} replica{'s'[: least > 1]}"
    print(f"{many} of the engine on the Ray cluster at {address} (Ctrl+C stops it)", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        stop()


def _range(text: str) -> tuple[int, int]:
    least, _, most = text.partition(":")
    count = numbers.whole(1, 10_000)
    try:
        found = count(least), count(most or least)
    except argparse.ArgumentTypeError:
        found = 1, 0
    if found[0] > found[1]:
        problem = f"{text!r} is no number of at least 1, and no range like 1:4"
        raise argparse.ArgumentTypeError(problem)
    return found
