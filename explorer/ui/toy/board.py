"""The toy as the browser shows it: density, layers, loss."""

import base64
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from torch import Tensor

from explorer.ui.cache import shared
from explorer.ui.controls import clamp
from explorer.ui.models import run_locally
from explorer.ui.releases import hear, heard
from explorer.ui.web import element
from explorer.views.toy import Toy
from realnvp.image_encoding import data_url
from realnvp.toy import ToyTraining
from realnvp.toy.training import GAUSSIAN_LOSS
from realnvp.toy.views import DEPTH, VIEW, Journey, density_pixels, journey, log_density, to_shorts
from realnvp.viz import LINES

POINTS = 400  # of the data, and of the samples
CURVE = 200  # points of a curve of the loss, at most
KEY, LAYER, SEEN = "toy_layers", "layer", "toy_seen"

_element = element("toy")


@dataclass(frozen=True, eq=False)
class Seen:
    """What a look at a training found.

    Args:
        step: it was at.
        losses, held_out: as a `ToyTraining` has them, the latter up to this step.
        log_p: the density, as `log_density` gives it.
        way: through the layers.
    """

    step: int
    losses: list[float]
    held_out: list[tuple[int, float]]
    log_p: Tensor
    way: Journey


def look_at(training: ToyTraining, view: Toy, *, again: bool = False) -> Seen:
    """The training as it is now; at one step it is looked at once.

    Args:
        view: how it is looked at.
        again: what was seen last will do, if it was seen in this way. That takes no time.
    """
    how = view.temperature, view.straight
    what = weakref.ref(training), *how
    known, seen = st.session_state.get(SEEN, (None, None))
    if known != what or not (again or seen.step == training.step):
        seen = _seen_now(training, *how)
        st.session_state[SEEN] = what, seen
    return seen


def show_toy(training: ToyTraining, seen: Seen, view: Toy) -> np.ndarray:
    """The board as it was seen; gives the pixels of the density."""
    log_p, way = seen.log_p, seen.way
    pixels = density_pixels(log_p, log_scale=view.log_scale)
    couplings, name = training.settings.couplings, training.settings.data
    highest = float(log_p.exp().max())
    scale = (
        f"colours by the logarithm, down to e^−{DEPTH:.0f} of the highest"
        if view.log_scale
        else "colours from 0 to the highest"
    )
    alt = f"Density of the toy on {name} after {seen.step} steps, seed {training.settings.seed}"
    _element(
        key=KEY,
        data={
            "source": data_url(pixels),
            "alt": f"{alt}; {scale}",
            "caption": f"Density p(x), {highest:.2f} at its highest; {scale}.",
            "view": VIEW,
            "couplings": couplings,
            "data": _packed(way.data),
            "samples": _packed(way.samples),
            "grid": _packed(way.grid),
            "stops": way.grid.shape[2],
            "temperature": f"{view.temperature:.2f}",
            "shown": list(view.shown),
            "colours": {"data": LINES[0], "samples": LINES[1]},
            "layer": view.layer,
            "loss": {
                "batches": _thinned(list(enumerate(seen.losses, start=1))),
                "held_out": _thinned(seen.held_out),
                "best": training.points.own_loss,
                "gaussian": GAUSSIAN_LOSS,
            },
        }
        | heard(KEY),
        on_place_change=_released,
    )
    return pixels


def _seen_now(training: ToyTraining, *how: Any) -> Seen:
    """Before the first step all see the same, and it is looked at once for all (16 ms)."""
    if training.step:
        return run_locally(_look, training, *how)
    return shared(f"toy seen {training.settings} {how}", lambda: run_locally(_look, training, *how))


def _look(training: ToyTraining, temperature: float, straight: str) -> Seen:
    """On the model's thread."""
    points = training.points.train[:POINTS]
    way = journey(training.flow, points, temperature, training.settings.seed, straight=straight)
    return Seen(
        training.step,
        list(training.losses),
        list(training.held_out_by_now()),
        log_density(training.flow),
        way,
    )


def _packed(places: Tensor) -> str:
    """Places as the script unpacks them: int16, little-endian, base64."""
    return base64.b64encode(to_shorts(places).astype("<i2").tobytes()).decode()


def _thinned(curve: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """At most `CURVE` means of equally many neighbours each, the last one whole or short."""
    many = -(-len(curve) // CURVE)
    if many <= 1:
        return [(step, round(value, 4)) for step, value in curve]
    groups = [curve[start : start + many] for start in range(0, len(curve), many)]
    return [
        (group[-1][0], round(sum(value for _, value in group) / len(group), 4)) for group in groups
    ]


def _released() -> None:
    """The scrubber was let go: its layer goes to the slider, whatever a message may hold."""
    place = hear(KEY, st.session_state[KEY].place)
    if place is None:
        return
    couplings = st.session_state["couplings"]
    st.session_state[LAYER] = round(float(clamp(place.get("layer"), 0.0, couplings, 0.0)), 1)
    st.rerun("toy")  # all of it: while it trains the board is in a fragment without the slider
