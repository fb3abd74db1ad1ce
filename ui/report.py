"""The pictures and numbers of one encoded picture."""

import numpy as np
import streamlit as st
import torch

from realnvp import RealNVP, viz
from realnvp.explore.report import Report, norm_ratio
from realnvp.images import Box
from ui.picture import Picked
from ui.tiles import Figure, show_figures

SIDE = 224  # of a picture on the page, in CSS pixels: a whole multiple of 28 and of 32
CELL = 96  # of one channel of a level


def show_round_trip(flow: RealNVP, report: Report, picked: Picked, box: Box) -> None:
    """The file, x, z, the way back, and what the way back got wrong."""
    height, width = report.image.shape[2:]
    notes = "".join(f"; {note}" for note in picked.notes)
    equal = report.equal_bytes == report.image.numel()
    error = "no byte differs" if equal else "1/255 steps, ±4 at the ends of the colours"
    name = picked.name

    def figure(pixels: np.ndarray, alt: str, caption: str) -> Figure:
        return Figure(pixels, alt, caption, SIDE)

    show_figures(
        [
            figure(
                viz.marked_box(picked.pixels, box, SIDE),
                f"{name}, the part that is used in full colour",
                f"The part that is used{notes}",
            ),
            figure(viz.to_rgb(report.image)[0], f"{name} at {height} × {width}", "x"),
            figure(
                viz.signed_picture(flow.picture(report.z)[0]),
                f"Latent of {name}, each variable at its pixel",
                "z = f(x), each variable at its pixel",
            ),
            figure(viz.to_rgb(report.reconstruction)[0], f"{name}, encoded and decoded", "f⁻¹(z)"),
            figure(
                viz.error_map(report.reconstruction, report.image),
                f"Error of {name}, encoded and decoded: {error}",
                f"f⁻¹(z) − x: {error}",
            ),
        ],
        key="round_trip",
    )


def show_numbers(report: Report) -> None:
    """Bytes, bits and norm."""
    whole = report.image.numel()
    with st.container(horizontal=True, gap="large"):
        st.metric(
            "Bytes equal",
            f"{report.equal_bytes:,} of {whole:,}",
            width="content",
            help="After encoding and decoding. The computer's rounding moved the logits by at most"
            f" {report.logit_error:.0e}, far too little to change a byte.",
        )
        st.metric(
            "Bits/dim, u = 1/2",
            f"{report.bits_per_dim:.3f}",
            width="content",
            help="What one of the picture's numbers costs to store with this model, with every byte"
            " v taken as v + 1/2. Uniform noise costs 8; fewer bits means more likely.",
        )
        st.metric(
            f"Bits/dim, mean over {report.draws} u",
            f"{report.mean_bits_per_dim:.3f} ± {report.mean_error:.3f}",
            width="content",
            help="The same with v + u, u drawn from [0, 1) as in training; ± is the standard error"
            " of the mean. A picture that the model likes only on the dot shows a large gap.",
        )
        st.metric(
            "‖z‖ / √D",
            f"{report.norm:.3f}",
            width="content",
            help="Nearly all Gaussian noise has 1 here. Well above, the picture is unusual to the"
            " model; well below, it is plainer than its pictures.",
        )
    st.caption(f"Largest round-trip error before rounding: {report.logit_error:.1e} in logits.")


def show_latents(flow: RealNVP, report: Report) -> None:
    """Each level as maps of its channels, and how its values are spread."""
    levels = [level[0] for level in flow.unpack(report.z)]
    names = [f"level {index + 1}" for index in range(len(levels))]
    st.subheader("The latent, level by level", anchor=False)
    st.markdown(
        "The first level holds the finest detail, the last one what the picture is of. What the"
        " model has understood looks like noise; an outline that can still be seen has not been"
        " explained."
    )
    bar = Figure(viz.colour_bar(), "Colours from blue through white to red", "−3 … 0 … +3", 260)
    show_figures([bar], key="colours")
    for index, (level, name) in enumerate(zip(levels, names, strict=True)):
        channels, height, width = level.shape
        columns = min(channels, 12)
        text = f"{channels} × {height} × {width}, ‖z‖/√D = {norm_ratio(level):.3f}"
        show_figures(
            [
                Figure(
                    viz.level_map(level, columns=columns),
                    f"{name} of the latent: {text}",
                    f"{name.capitalize()}{_place(index, len(levels))}: {text}",
                    columns * CELL,
                )
            ],
            key=f"level_{index}",
        )
    st.subheader("How the values are spread", anchor=False)
    st.markdown("A model that fits turns every picture into values along the dashed curve.")
    st.plotly_chart(
        viz.latent_histogram(levels, names),
        config={"displayModeBar": False},
        alt="Density of the latent values of each level, beside that of N(0, 1): standard"
        f" deviations {', '.join(f'{float(torch.std(level)):.2f}' for level in levels)}",
        key="histogram",
    )


def _place(index: int, count: int) -> str:
    if index == 0:
        return " (finest)"
    return " (coarsest)" if index == count - 1 else ""
