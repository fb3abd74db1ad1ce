"""Maximum-likelihood training: a pure step, averaged weights, a run that can stop and resume."""

from realnvp.training.distributed import Distributed, distributed_context
from realnvp.training.loop import COMMAND, Run
from realnvp.training.step import StepReport, make_optimizer, train_step

__all__ = [
    "COMMAND",
    "Distributed",
    "Run",
    "StepReport",
    "distributed_context",
    "make_optimizer",
    "train_step",
]
