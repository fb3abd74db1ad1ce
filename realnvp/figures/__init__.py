"""Numbers to charts; never runs a model."""

from realnvp.figures.bits import cost_bars, noise_plot, waterfall
from realnvp.figures.latents import path_curves, quantile_plot
from realnvp.figures.layout import GREY
from realnvp.figures.likelihood import histogram, typical_plot
from realnvp.figures.training import training_curves

__all__ = [
    "GREY",
    "cost_bars",
    "histogram",
    "noise_plot",
    "path_curves",
    "quantile_plot",
    "training_curves",
    "typical_plot",
    "waterfall",
]
