"""Numbers to charts; never runs a model."""

from explorer.figures.bits import cost_bars, noise_plot, waterfall
from explorer.figures.latents import quantile_plot
from explorer.figures.layout import GREY
from explorer.figures.likelihood import histogram, two_histograms, typical_plot
from explorer.figures.training import training_curves
