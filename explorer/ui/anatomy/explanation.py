"""What a step is: its formula, what to notice, and the code that does it."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from explorer.figures.whole_flow import shape_in_words
from explorer.source_code import source_code
from explorer.ui.anatomy.words import FORMULAS, NOTICE
from explorer.ui.bits import note_below_zero
from realnvp import RealNVP
from realnvp.explore.steps import Step
from realnvp.explore.trace import latent_of
from realnvp.flow import dequantize, log_normal, quantize
from realnvp.metrics import bits_per_dim
from realnvp.multiscale import MultiScale
from realnvp.numerals import numeral
from realnvp.transforms import Transform


def explain(flow: RealNVP, steps: Sequence[Step], index: int) -> None:
    """The formula of a step with one sentence of what to notice, and its code."""
    step = steps[index]
    st.latex(FORMULAS[step.kind, step.back])
    notice = NOTICE[step.kind, step.back]
    st.markdown(notice if step.kind != "logit" else notice.format(**_of_logit(flow, steps, step)))
    if step.kind == "squeeze":
        before, after = step.before.active.shape, step.after.active.shape
        st.markdown(f"Here {shape_in_words(before)} becomes {shape_in_words(after)}.")
    if _is_at_latent(steps, index):
        _show_density(flow, steps, index)
    with st.expander("The code at work", key="anatomy_code", on_change="rerun") as code:
        if code.open:
            for source in _sources(step):
                st.code(source_code(source), "python", wrap_lines=True)


def _of_logit(flow: RealNVP, steps: Sequence[Step], step: Step) -> dict[str, str]:
    """What its sentence has of the numbers."""
    alpha = flow.config.alpha
    span = 2 * math.log((1 - alpha) / alpha)  # of the logits: from α to 1 - α
    larger = sum(abs(other.log_det) > abs(step.log_det) for other in steps if not other.back)
    size = "no log-det on the way to z is larger than this one"
    if larger:
        size = f"of the steps on the way to z, {larger} have a larger log-det, up or down"
    return {"span": f"{span:.1f}", "size": size}


def _is_at_latent(steps: Sequence[Step], index: int) -> bool:
    """Whether this is the last step of the way to z."""
    return not steps[index].back and (index + 1 == len(steps) or steps[index + 1].back)


def _show_density(flow: RealNVP, steps: Sequence[Step], index: int) -> None:
    z = latent_of(flow, steps)
    prior = float(log_normal(z.double()))
    total = sum(step.log_det for step in steps[: index + 1])
    bits = float(bits_per_dim(z.new_tensor([prior + total]).double(), flow.dim))
    st.markdown(
        f"Now $z$ is complete. $\\log \\mathcal{{N}}(z; 0, I)$ is {_number(prior)} nats; with all"
        f" log-dets, {_number(total)}, $\\log p(x)$ is {_number(prior + total)} nats:"
        f" **{numeral(bits)} bits/dim**."
    )
    note_below_zero(bits)


def _number(value: float) -> str:
    return numeral(value, ",.1f")


def _sources(step: Step) -> list[Callable[..., Any]]:
    """What is written for people to read and, where the app runs another form of it, that too."""
    if step.kind == "dequantize":
        return [quantize if step.back else dequantize]
    if step.kind == "split":
        return [MultiScale.inverse if step.back else MultiScale.forward]
    own = type(step.transform)
    plain = [cls for cls in own.__mro__[1:] if issubclass(cls, Transform) and cls is not Transform]
    return [*plain[:1], own]
