"""What a search has found, on the way and at its end: pictures, curves, what to notice."""

import numpy as np
import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator

from explorer.figures.repair import search_curves
from explorer.tray.pins import Pin
from explorer.ui.bits import note_below_zero
from explorer.ui.card import plain
from explorer.ui.offer import ACTIONS, offer_on, pin_of_frame
from explorer.ui.repair.search import Going
from explorer.ui.tiles import Action, Figure, show_figures, show_tiles, tiles_of
from explorer.views.recipe import Recipe
from explorer.views.repair import COLUMNS, SEEDS, Repair, Repaired, shown_of
from realnvp.explore.inverse_problems import Problem
from realnvp.explore.measurements import Hole
from realnvp.image_encoding import data_url
from realnvp.numerals import numeral
from realnvp.viz import GAP, image_grid, to_rgb

SIDE = 224  # of a single picture, in CSS pixels
ROOM = 480  # of the four
WAY = Action("way", "Show its way", "Shows below how the search came to this one.")
CLOSE = 0.05  # bits/dim that are hardly a difference


def show_known(problem: Problem, truth: torch.Tensor, name: str) -> None:
    """What the model sees; the picture itself behind a press."""
    figures = [
        Figure(
            shown_of(problem),
            f"{name}: what is known of it, {_known_in_words(problem)}",
            f"What the model sees: {_known_in_words(problem)}",
            SIDE,
        )
    ]
    if st.toggle(
        "Show the truth",
        key="truth",
        help="The picture itself. Look at the four first, and choose the one that you believe.",
    ):
        figures.append(Figure(to_rgb(truth)[0], f"{name}, the truth", "The truth", SIDE))
    show_figures(figures, key="repair_known")


def _known_in_words(problem: Problem) -> str:
    known, height, width = problem.measurement.count(problem.known), *problem.size
    whole = height * width * (3 if problem.known.shape[1] == 1 else problem.known.shape[1])
    if isinstance(problem.measurement, Hole):
        missing = int(problem.measurement.missing.sum())
        return f"all but {missing:,} of {height * width:,} pixels"
    if problem.known.shape[2:] != problem.size:
        return f"{known:,} numbers, means of blocks"
    if problem.known.shape[1] == 1 and whole != known:
        return f"{known:,} numbers, the luminance"
    first, _ = problem.measurement.tolerance
    return f"the picture plus noise of {first:.0f} grey levels"


def show_going(pictures: DeltaGenerator, curves: DeltaGenerator, going: Going) -> None:
    """What is seen so far, in places that are written over."""
    last = going.states[-1]
    grid = image_grid(last.images, COLUMNS, GAP)
    times = max(1, ROOM // grid.shape[1])
    # As an address with the picture in it: the next step would take a file away too early.
    pictures.image(
        data_url(grid.repeat(times, axis=0).repeat(times, axis=1)),
        width=times * grid.shape[1],
        alt=f"The {SEEDS} pictures at step {last.step} of {going.problem.steps}",
    )
    if len(going.states) > 1:
        with curves.container():
            # In one run of a page no chart may have the key of another.
            _show_curves(going, key=f"repair_curves_{last.step}")


def show_found(
    pictures: DeltaGenerator,
    curves: DeltaGenerator,
    recipe: Recipe,
    shown: Repaired,
    going: Going,
    name: str,
) -> None:
    """The pictures of four seeds to press, the curves, the way there, what to notice."""
    with pictures.container():
        row = _show_pictures(recipe, shown, name)
    with curves.container():
        _show_curves(going, key="repair_curves")
        note_below_zero(torch.stack([state.bits_per_dim for state in going.states]))
    way = torch.cat([state.images[row : row + 1] for state in going.states])
    show_tiles(
        way,
        len(way),
        key="repair_way",
        alt=f"No. {row + 1} at steps {', '.join(str(state.step) for state in going.states)}",
        caption=f"No. {row + 1} on the way, every few steps from the start.",
        room=min(900, 64 * len(way)),
    )
    view = recipe.view
    assert isinstance(view, Repair)
    st.markdown(_notice(view, shown))


def _show_pictures(recipe: Recipe, shown: Repaired, name: str) -> int:
    """The four, to be pressed; gives the one whose way is shown."""
    frames, state = shown.frames, "repair_way_of"
    numbers = list(zip(shown.psnr, frames.bits.tolist(), strict=True))
    assert isinstance(recipe.view, Repair)
    there = _where(recipe.view)
    titles = [
        f"No. {number}: PSNR {there} {_decibels(ratio)}, {numeral(bits)} bits/dim"
        for number, (ratio, bits) in enumerate(numbers, start=1)
    ]
    figure = tiles_of(
        frames.images,
        COLUMNS,
        alt=f"{SEEDS} pictures that fit what is known of {name}, at step {shown.state.step}",
        caption=f"Four answers of one seed. On each PSNR {there}, in dB, and bits/dim.",
        labels=[f"{_short(ratio)} {numeral(bits, '.2f')}" for ratio, bits in numbers],
        titles=titles,
        room=ROOM,
    )

    def pin_of(index: int) -> Pin:
        return pin_of_frame(recipe, shown, index, f"{plain(name)}, imagined no. {index + 1}")

    def show_way(index: int) -> None:
        st.session_state[state] = index

    offer_on([figure], pin_of, key="repaired", actions=[*ACTIONS, WAY], own={WAY.name: show_way})
    return int(st.session_state.get(state, 0))


def _show_curves(going: Going, key: str) -> None:
    bits = torch.stack([state.bits_per_dim for state in going.states])
    misfit = torch.stack([state.misfit for state in going.states])
    steps = [state.step for state in going.states]
    low, high = (numeral(float(value), ".2f") for value in bits.aminmax())
    st.plotly_chart(
        search_curves(steps, bits, misfit, going.truth_bits, going.problem.steps),
        config={"displayModeBar": False},
        alt=f"Curves over {steps[-1]} steps: bits/dim from {low} to {high}, the truth"
        f" {numeral(going.truth_bits, '.2f')} dashed; misfit from {float(misfit[0].mean()):.1f} to"
        f" {float(misfit[-1].mean()):.1f} grey levels",
        key=key,
    )


def _short(ratio: float) -> str:
    return f"{ratio:.1f}" if np.isfinite(ratio) else "∞"


def _decibels(ratio: float) -> str:
    return f"{ratio:.1f} dB" if np.isfinite(ratio) else "no error"


def _notice(view: Repair, shown: Repaired) -> str:
    """What the numbers on the page say, and no more."""
    if not np.isfinite(shown.filled_psnr):
        return "**What to notice.** Nothing is missing here that the model could imagine."
    best, worst = max(shown.psnr), min(shown.psnr)
    plainest = "filling in the mean" if _is_hole(view) else "what is known alone"
    better = sum(ratio > shown.filled_psnr for ratio in shown.psnr)
    bits = float(shown.frames.bits.mean())
    misfit = float(shown.state.misfit.mean())
    parts = [
        f"**What to notice.** PSNR {_where(view)}, more is nearer to the truth:"
        f" {_decibels(worst)} to {_decibels(best)}; {plainest} gives"
        f" {_decibels(shown.filled_psnr)}, and {_of_four(better)} better than that."
    ]
    difference = shown.truth_bits - bits
    numbers = f"{numeral(bits, '.2f')} bits/dim, the truth {numeral(shown.truth_bits, '.2f')}"
    if difference > CLOSE:
        parts.append(
            f"They cost {numbers}: to the model its own answers are likelier than what was there."
            " The most likely is plainer than the truth, and no sign that it is right."
        )
    elif difference < -CLOSE:
        parts.append(f"They cost {numbers}: the truth is likelier, and was not found.")
    else:
        parts.append(f"They cost {numbers}: the model cannot tell them from the truth by that.")
    parts.append(
        f"Among each other the four differ by {shown.spread:.1f} grey levels there (standard"
        " deviation): the more, the less is decided by what is known."
        if shown.spread >= 1
        else "All four are nearly one picture: what is known leaves little room."
    )
    if _is_hole(view):
        parts.append(
            f"Before what is known is put back, byte for byte, it is off by {misfit:.1f} grey"
            " levels (root mean square)."
        )
    if view.moves == "pixels":
        parts.append(
            "Here Adam moved the pixels themselves. Each pixel's density hangs on its neighbours,"
            " so none can go far alone; a step of the latent moves them together. Compare the"
            " misfit of both."
        )
    return " ".join(parts)


def _is_hole(view: Repair) -> bool:
    return view.problem.missing in ("Paint", "Box", "Half")


def _where(view: Repair) -> str:
    """The pixels that an answer is judged by: of the other kinds none is known as it is."""
    return "where nothing was known" if _is_hole(view) else "over the whole picture"


def _of_four(count: int) -> str:
    return {0: "none of them is", 1: "one of them is", SEEDS: "all of them are"}.get(
        count, f"{count} of them are"
    )
