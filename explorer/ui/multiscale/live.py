"""Variants that follow sliders while they are held."""

import weakref
from collections.abc import Sequence
from functools import partial

from torch import Tensor

from explorer.ui.multiscale.subject import Subject
from explorer.ui.scenes import Grid, digest, token_of
from explorer.ui.tiles import Live
from explorer.views.latents import Latent
from explorer.views.multiscale import Experiment
from explorer.views.settings import MAX_TEMPERATURE
from realnvp import RealNVP


def follow(subject: Subject, columns: int, keys: Sequence[str], alt: str) -> Live:
    """What makes the pictures of the experiment follow its temperature, or its factors.

    Args:
        keys: of the sliders: one of the temperature, or those of all levels.
        alt: of pictures on the way; "{}" becomes what the sliders stand at.
    """
    view, made = subject.experiment.view(), (subject.a.made,)
    field = "factors" if hasattr(view, "factors") else "temperature"
    value = getattr(view, field)
    values = list(value) if isinstance(value, tuple) else [value]
    draw = partial(pictures_at, view, made, field)
    ranges = [(0.0, MAX_TEMPERATURE)] * len(values)
    grid = Grid(weakref.ref(subject.flow), draw, ranges, columns)
    parts = [part for latent in made for part in (latent.z, latent.labels)]
    made_of = digest([*parts, view.model_dump_json(exclude={field})])
    return Live(token_of(grid, made_of, "levels"), keys, values, alt)


def pictures_at(
    view: Experiment,
    made: Sequence[Latent],
    field: str,
    flow: RealNVP,
    values: Sequence[float],
) -> Tensor:
    """The experiment's pictures, uint8 (n, C, H, W), with its sliders at these values."""
    value = tuple(values) if field == "factors" else values[0]
    return view.model_copy(update={field: value}).draw(flow, *made).frames.images
