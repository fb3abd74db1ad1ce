"""Maximum-likelihood training: a pure step, averaged weights, a run that can stop and go on."""

from realnvp.training.loop import COMMAND, Run
from realnvp.training.step import StepReport, make_optimizer, train_step

__all__ = ["COMMAND", "Run", "StepReport", "make_optimizer", "train_step"]
