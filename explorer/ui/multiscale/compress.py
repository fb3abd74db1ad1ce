"""The paper's conceptual compression: the coarsest latents kept, the rest forgotten."""

import streamlit as st
import torch
from torch import Tensor

import explorer.ui.controls as controls
from explorer.recipes.multiscale import ROWS
from explorer.ui.multiscale.subject import Shown, Subject, show_pinnable
from realnvp import RealNVP
from realnvp.explore.compression import FRACTIONS, compress, kept_per_level
from realnvp.explore.frames import Frames, frames_of, repeat_labels


def compress_view(subject: Subject) -> Shown:
    """A with 100 to 6.25 % of its latents kept, the rest at 0 or new."""
    flow, a = subject.flow, subject.a
    st.markdown(
        "Only a part of A's latents is kept, the coarsest first. In the first row the rest is 0,"
        " in the others it is new, $z \\sim \\mathcal{N}(0, T^2 I)$: what a decoder would make up"
        " that was sent only that much of the picture."
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        rows = st.segmented_control(
            "Rows with new noise",
            ROWS,
            default=ROWS[1],
            required=True,
            key="rows",
            bind="query-params",
            help="What all rows have in common was kept; what differs was made up.",
        )
        rows = rows if rows in ROWS else ROWS[1]
        seed = controls.seed_picker()
        temperature = controls.temperature_slider()

    frames = subject.ask(5 + 5 * rows, _compressed, a.z, a.labels, rows, seed, temperature)
    recipe = subject.recipe("Compress", rows=rows, seed=seed, temperature=temperature)
    shares = [f"{100 * fraction:g} %" for fraction in FRACTIONS]
    rests = ["rest 0", *(f"rest new, {row + 1}" for row in range(rows))]
    pixels = show_pinnable(
        subject,
        frames,
        len(FRACTIONS),
        key="compressed",
        names=[f"{share} of {a.name}, {rest}" for rest in rests for share in shares],
        recipe=recipe,
        labels=[*shares, *[""] * rows * len(shares)],
        alt=f"{a.name} with {', '.join(shares)} of its latents kept, the rest 0, then new in"
        f" {rows} rows, seed {seed}, temperature {temperature:.2f}",
        caption="Press a picture to pin it. The paper draws the rest at temperature 1.",
        room=900,
    )
    _kept_table(flow, shares)
    st.caption(
        "What to notice: with the rest at 0 the picture blurs; with new noise it stays sharp and"
        " slowly becomes another one, once less than the coarsest level is kept."
    )
    return Shown(recipe, pixels, frames)


def _kept_table(flow: RealNVP, shares: list[str]) -> None:
    """Which levels are kept how far."""
    per_level = [kept_per_level(flow, fraction) for fraction in FRACTIONS]
    lines = ["| Kept of | " + " | ".join(shares) + " |", "|---" * (1 + len(shares)) + "|"]
    for level, kept in enumerate(zip(*per_level, strict=True)):
        cells = " | ".join(f"{100 * share:.0f} %" for share in kept)
        lines.append(f"| level {level + 1} | {cells} |")
    st.markdown("\n".join(lines))


def _compressed(
    flow: RealNVP,
    a: Tensor,
    labels: Tensor | None,
    rows: int,
    seed: int,
    temperature: float,
) -> Frames:
    noise = torch.Generator().manual_seed(seed)
    still = compress(flow, a)
    varied = compress(flow, a.repeat(rows, 1), FRACTIONS, noise, temperature)
    z = torch.cat([still, varied])
    return frames_of(flow, z, repeat_labels(labels, len(z)), with_bits=False)
