"""What goes through the flow: a picture on its round trip, or a sample from its noise."""

import hashlib
import weakref
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from explorer.ui.cache import cached
from explorer.ui.form import Form
from explorer.ui.models import run_cached, spinner
from explorer.ui.picture import cut_out, picture_picker
from explorer.views.anatomy import Anatomy, OfPicture, OfSample
from realnvp import RealNVP
from realnvp.explore.steps import Step


@dataclass(frozen=True, eq=False)
class Subject:
    """One picture or sample with all its steps.

    Args:
        name: for people.
        steps: of a round trip, or of a sample's way back.
        digest: the same for the same steps.
    """

    name: str
    steps: Sequence[Step]
    digest: str


def choose_subject(form: Form[Anatomy], checkpoint: str, first: DeltaGenerator) -> Subject:
    """The controls, and what they lead to; never empty.

    Args:
        first: a row for the controls that have room in it.
    """
    flow = form.flow
    with first:
        subject = form.part("subject")
    if subject.kind is OfPicture:
        picked = picture_picker(subject, checkpoint, first)
        with st.expander("The part that is used"):
            image = cut_out(subject, picked)
        return _walked(flow, picked.name, subject.view(), image)
    with first:
        subject.show()
    sample: OfSample = subject.view()
    name = f"seed {sample.seed}, T = {sample.temperature:.2f}"
    return _walked(flow, name, sample, sample.given(flow))


def _walked(flow: RealNVP, name: str, subject: OfPicture | OfSample, given: Tensor) -> Subject:
    """The steps of a picture, uint8 (1, C, H, W), or of a latent, (1, D); walked once."""

    def walked() -> tuple[list[Step], str]:
        with spinner(flow.dim > 8192, "Walking through the flow"):
            return run_cached(_steps, flow, subject, given)

    signature = given.numpy().tobytes(), subject, weakref.ref(flow)
    steps, digest = cached("anatomy_steps", signature, walked)
    return Subject(name, steps, digest)


def _steps(flow: RealNVP, subject: OfPicture | OfSample, given: Tensor) -> tuple[list[Step], str]:
    """With their digest, which takes 4 ms: it is kept with them."""
    steps = subject.steps(flow, given)
    hashed = hashlib.blake2b(digest_size=16)
    for step in steps:
        hashed.update(step.after.picture.numpy().tobytes())
    return steps, hashed.hexdigest()
