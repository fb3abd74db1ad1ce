"""Maximum-likelihood training: a pure step, averaged weights, a run that can stop and go on."""

from realnvp.training.loop import COMMAND, Run
from realnvp.training.step import StepReport, make_optimizer, train_step
from realnvp.training.team import Team, assemble

__all__ = ["COMMAND", "Run", "StepReport", "Team", "assemble", "make_optimizer", "train_step"]
