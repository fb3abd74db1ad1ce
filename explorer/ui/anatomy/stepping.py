"""Going from step to step: the stage in the browser, over the slider that the link knows."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from explorer.step_maps import CHANNELS, RANGE
from explorer.ui.anatomy.subject import Subject
from explorer.ui.controls import whole
from explorer.ui.form import Form
from explorer.ui.releases import hear, heard
from explorer.ui.web import element
from explorer.views.anatomy import Anatomy
from realnvp.explore.steps import State, Step
from realnvp.explore.trace_numbers import find, pixel_at
from realnvp.viz import LATENT_RANGE

_stage = element("anatomy.stage")

HINT = (
    "Drag over the bars: each is the log-det of a step, up where it spreads volume, its height the"
    " root of the nats. Press a pixel for its numbers."
)

LEGEND = (
    f"Values are blue at −{LATENT_RANGE:g}, white at 0 and red at +{LATENT_RANGE:g}; s and t at"
    f" ∓{RANGE:g}. Grey is no longer part of the step."
)


def scrub(form: Form[Anatomy], subject: Subject, name: str) -> None:
    """The stage with all steps; the form then has the step that is shown, and the pressed pixel.

    Args:
        name: of the pictures, which `send` has given.
    """
    steps, layout = subject.steps, form.view().layout
    count, (height, width) = len(steps), steps[0].before.picture.shape[1:]
    place = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        form.show("step", low=1, high=count)
        form.show("row", low=0, high=height - 1)
        form.show("column", low=0, high=width - 1)
    view = form.view()
    with place:
        _stage(
            key="stage",
            data={
                "name": name,
                "subject": subject.name,
                "step": view.step,
                "row": view.row,
                "column": view.column,
                "marks": _marks(steps, view.row, view.column) if layout == CHANNELS else [],
                "hint": HINT,
                "legend": LEGEND,
            }
            | heard("stage"),
            on_place_change=_released,
            on_pixel_change=lambda: _pressed(steps, layout),
        )


def _released() -> None:
    """The stage was let go: its step goes to the slider, whatever a forged message may hold."""
    place = hear("stage", st.session_state["stage"].place)
    if place is not None:
        # The slider brings it inside.
        st.session_state["step"] = whole(place.get("step"), 1, 10**6, 1)


def _pressed(steps: Sequence[Step], layout: str) -> None:
    """A pixel was pressed, on the picture or on one of the maps."""
    sent = st.session_state["stage"].pixel
    if not isinstance(sent, Mapping):
        return
    step = steps[_within(sent, "step", len(steps) + 1) - 1]
    height, width = step.before.picture.shape[1:]
    if layout == CHANNELS and (panel := sent.get("panel")):
        state, first = _side_of(step, panel)
        shape = state.active.shape
        channel = first + _within(sent, "tile", shape[0] - first)
        at = pixel_at(
            state, channel, _within(sent, "row", shape[1]), _within(sent, "column", shape[2])
        )
    else:
        at = _within(sent, "row", height), _within(sent, "column", width)
    st.session_state.update(row=float(at[0]), column=float(at[1]))


def _within(sent: Mapping[str, Any], name: str, size: int) -> int:
    """A number of the message, from 0 to less than `size`."""
    return whole(sent.get(name), 0, size - 1, 0)


def _side_of(step: Step, panel: object) -> tuple[State, int]:
    """What a map shows, and the channel that it begins with."""
    state = {"before": step.before, "after": step.after}.get(str(panel), step.whole)
    return state, len(state.active) // 2 if panel == "factored out" else 0


def _marks(steps: Sequence[Step], row: int, column: int) -> list[dict[str, list[tuple[int, ...]]]]:
    """Where the variables of a pixel are in every map, as (channel, row, column)."""
    channels, height, width = steps[0].before.picture.shape
    places = [c * height * width + row * width + column for c in range(channels)]
    return [_marks_of(step, places) for step in steps]


def _marks_of(step: Step, places: Sequence[int]) -> dict[str, list[tuple[int, ...]]]:
    sides = {"before": step.before, "after": step.after, "mask": step.whole}
    found = {
        name: [at for place in places if (at := find(state, place)) is not None]
        for name, state in sides.items()
    }
    found |= {"s": found["mask"], "t": found["mask"]}
    if step.factored_out is not None:
        half = len(step.factored_out)
        found["factored out"] = [(c - half, i, j) for c, i, j in found["mask"] if c >= half]
    return found
