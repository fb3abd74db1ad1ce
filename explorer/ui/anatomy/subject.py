"""What goes through the flow: a picture there and back, or a sample from its noise."""

import hashlib
import json
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from explorer.recipes.anatomy import STARTS
from explorer.ui.controls import label_picker, seed_picker, temperature_slider
from explorer.ui.models import ask, patience
from explorer.ui.once import once
from explorer.ui.picture import choose_picture, picture_source
from realnvp import RealNVP
from realnvp.explore.steps import Step
from realnvp.explore.trace import round_trip, trace_back
from realnvp.fitting import fit
from realnvp.labels import label_entry


@dataclass(frozen=True, eq=False)
class Subject:
    """One picture or sample with all its steps.

    Args:
        name: for people.
        steps: of `round_trip`, or of `trace_back`.
        recipe: how it came about, without step and layout.
        digest: the same for the same steps.
    """

    name: str
    steps: Sequence[Step]
    recipe: Mapping[str, Any]
    digest: str


def choose_subject(flow: RealNVP, checkpoint: str, first: DeltaGenerator) -> Subject:
    """The controls, and what they lead to; never empty.

    Args:
        first: a row for the controls that have room in it.
    """
    with first:
        start = st.segmented_control(
            "Start from",
            STARTS,
            default=STARTS[0],
            required=True,
            key="start",
            bind="query-params",
            help="A picture goes forwards to its latent and back again: x → z → x. A sample starts"
            " as noise and only goes back: z → x. Look for the step at which there is something"
            " to see.",
        )
    base = {"page": "anatomy", "checkpoint": checkpoint}
    if start == STARTS[1]:
        return _sample(flow, base, first)
    with first:
        source = picture_source()
    picked = choose_picture(flow, checkpoint, source)
    with first:
        labels, _ = label_picker(flow, 1, every=False, default=picked.label)
    image, _ = fit(picked.pixels, flow.config.image_size, flow.config.channels)
    recipe = base | {"start": dict(picked.recipe)} | label_entry(flow.config, labels)
    return _traced(flow, picked.name, recipe, image, labels)


def _sample(flow: RealNVP, base: Mapping[str, Any], first: DeltaGenerator) -> Subject:
    with first:
        seed = seed_picker()
        temperature = temperature_slider()
        labels, _ = label_picker(flow, 1, every=False)
    z = flow.draw(1, temperature, torch.Generator().manual_seed(seed))
    entry = {"from": "sample", "seed": seed, "temperature": temperature}
    recipe = {**base, "start": entry | label_entry(flow.config, labels)}
    return _traced(flow, f"seed {seed}, T = {temperature:.2f}", recipe, z, labels)


def _traced(
    flow: RealNVP, name: str, recipe: Mapping[str, Any], given: Tensor, labels: Tensor | None
) -> Subject:
    """The steps of a picture, uint8 (1, C, H, W), or of a latent, (1, D); walked once."""
    walk = round_trip if given.ndim == 4 else trace_back
    signature = given.numpy().tobytes(), json.dumps(recipe), weakref.ref(flow)

    def walked() -> tuple[list[Step], str]:
        with patience(flow.dim > 8192, "Walking through the flow"):
            steps = ask(walk, flow, given, labels)
        hashed = hashlib.blake2b(digest_size=16)
        for step in steps:
            hashed.update(step.after.picture.numpy().tobytes())
        return steps, hashed.hexdigest()

    steps, digest = once("anatomy_steps", signature, walked)
    return Subject(name, steps, recipe, digest)
