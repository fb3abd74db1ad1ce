"""RealNVP beside the other families of generative models: what each can do, to see."""

import streamlit as st

from explorer import ui
from explorer.ui import address
from explorer.ui.compare import (
    Subject,
    missing,
    show_assumptions,
    show_between,
    show_efficiency,
    show_families,
    show_likelihood,
    show_meaning,
    show_realism,
    show_reversibility,
    show_stability,
    with_digit,
    with_two_digits,
)
from explorer.ui.compare.baselines import baselines, flow_beside
from realnvp.places import COMMAND

checkpoint, chosen = ui.page(
    "Compare",
    "Four ways to learn to draw: RealNVP, a VAE, a GAN and a PixelCNN, trained on the same digits."
    " What can each do, and what can it not?",
)

models = baselines()
if not models:
    st.info(
        f"The other families are not here. `{COMMAND} baselines --help` says how to train"
        " them: some ten minutes each."
    )
    address.stop()
beside = flow_beside(models, chosen, checkpoint)
if beside is None:
    st.info(
        "These were trained on other pictures than any checkpoint here: without a RealNVP of the"
        f" same ones there is nothing to compare. `{COMMAND} train --help` says how to make"
        " one."
    )
    address.stop()
subject = Subject(*beside, models)
if subject.checkpoint != checkpoint:
    st.caption(f"RealNVP is the checkpoint {subject.checkpoint} here: all four draw digits.")


@ui.part("compare")
def compare() -> None:
    show_families(subject)
    if lacking := missing(subject):
        st.caption(f"Not here: {', '.join(lacking)}. `{COMMAND} baselines` trains them.")
    looks = {
        "Realism": lambda: show_realism(subject),
        "Efficiency": lambda: show_efficiency(subject),
        "Exact likelihood": lambda: with_digit(subject, show_likelihood),
        "Reversibility": lambda: with_digit(subject, show_reversibility),
        "Latent space": lambda: with_two_digits(subject, show_between),
        "Meaningful latents": lambda: with_two_digits(subject, show_meaning),
        "Assumptions": lambda: with_digit(subject, show_assumptions),
        "Stability": lambda: show_stability(subject),
    }
    tabs = st.tabs(list(looks), key="look", bind="query-params")
    # What is not looked at is neither computed nor sent.
    for tab, show in zip(tabs, looks.values(), strict=True):
        if tab.open:
            with tab:
                show()


compare()
