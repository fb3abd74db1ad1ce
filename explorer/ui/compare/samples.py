"""Realism: pictures of each family beside each other."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from explorer.examples import shipped_with
from explorer.tray.pins import Pin
from explorer.ui.cache import cached
from explorer.ui.compare.classifier import how_many_named
from explorer.ui.compare.drawing import draw
from explorer.ui.compare.measures import SURE, grey_share, listed
from explorer.ui.compare.subject import Subject
from explorer.ui.form import Form
from explorer.ui.models import default_labels, run
from explorer.ui.offer import offer_on, pin_of_picture, pin_of_sample
from explorer.ui.recipe import recipe_menu
from explorer.ui.tiles import tiles_of
from explorer.views.compare import PICTURES, Realism
from realnvp.baselines import GAN, Baseline, PixelCNN
from realnvp.baselines.side_by_side import OURS

COLUMNS, ROOM = 4, 300
CLEAR = 6  # pictures of 16 more: two standard errors of the difference of two halves
APART = 0.05  # of what is grey


@dataclass(frozen=True)
class Look:
    """What is counted of some pictures.

    Args:
        pictures: how many there are.
        named: how many of them a classifier can name; None without one.
        grey: share of what is written; None where nothing is.
    """

    pictures: int
    named: int | None
    grey: float | None


def show_realism(subject: Subject) -> None:
    """Seed, temperature and a sheet of each; what to look for."""
    form = Form(Realism, subject.flow)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        form.show()
    question = form.view()
    seed, temperature = question.seed, question.temperature
    drawn = run(question.of_flow, subject.flow)
    images = {OURS: drawn.images}
    for model in subject.models.values():
        theirs = _of(subject, model, question)
        if theirs is not None:
            images[model.TITLE] = theirs
    looks = {title: _look(subject, title, some) for title, some in images.items()}
    figures = [
        tiles_of(
            some,
            COLUMNS,
            alt=f"{PICTURES} pictures of {title}, seed {seed}"
            + (f", temperature {temperature:.2f}" if title == OURS else ""),
            caption=(f"{title}, T = {temperature:.2f}" if title == OURS else title)
            + _in_short(looks[title]),
            titles=[f"{title}, seed {seed}, no. {n}" for n in range(1, PICTURES + 1)],
            room=ROOM,
        )
        for title, some in images.items()
    ]
    recipe, shown = subject.recipe(question), torch.cat([*images.values()])

    def pin_of(index: int) -> Pin:
        """RealNVP has the latents of its own; those of the others are encoded."""
        flow, checkpoint = subject.flow, subject.checkpoint
        if index < PICTURES:
            return pin_of_sample(flow, checkpoint, drawn, index, seed, temperature)
        family, at = divmod(index, PICTURES)
        name, how = figures[family].titles[at], recipe.json() | {"frame": index + 1}
        return pin_of_picture(flow, checkpoint, shown[index], default_labels(flow, 1), name, how)

    offer_on(figures, pin_of, key="realism")
    st.markdown(notice(looks, _look_of_real(subject), temperature))
    if len(images) == 1 + len(subject.models):
        recipe_menu(recipe, question.sheet(images).pixels, "compared")


def _of(subject: Subject, model: Baseline, question: Realism) -> Tensor | None:
    signature = subject.signature(question.seed)
    if isinstance(model, PixelCNN):
        return draw("realism", signature, lambda: model.start(PICTURES, question.noise()))
    return cached(f"realism_{model.TITLE}", signature, lambda: run(question.of_baseline, model))


def _look(subject: Subject, title: str, images: Tensor) -> Look:
    count = how_many_named(subject, images, key=f"realism_{title}")
    return Look(len(images), count, grey_share(images))


def _look_of_real(subject: Subject) -> Look | None:
    """Of the digits that came with the model; None where there are none."""
    real = shipped_with(subject.checkpoint, subject.flow.config)
    return None if real is None else _look(subject, "real", real)


def _in_short(look: Look) -> str:
    told = [] if look.named is None else [f"{look.named} of {look.pictures} named"]
    told += [] if look.grey is None else [f"{100 * look.grey:.0f} % grey"]
    return f": {', '.join(told)}" if told else ""


def notice(looks: Mapping[str, Look], real: Look | None, temperature: float) -> str:
    """What the numbers below the sheets say, and no more.

    Args:
        looks: by the titles of the families.
        real: of digits of the test set.
        temperature: of RealNVP.
    """
    words = ["**What to notice.**", _of_names(looks, real), _of_edges(looks, real)]
    if temperature != 1 and OURS in looks:
        words.append(
            f"RealNVP was trained as it draws at temperature 1, and is at {temperature:g} here; the"
            " others have no temperature."
        )
    if GAN.TITLE in looks:
        words.append("What kinds of writing a GAN leaves out no number here would tell.")
    return " ".join(part for part in words if part)


def _of_names(looks: Mapping[str, Look], real: Look | None) -> str:
    """Whose digits can be named, and whether 16 pictures are enough to say so."""
    counts = {title: look.named for title, look in looks.items() if look.named is not None}
    if not counts:
        return "Count the digits that you could name at once."
    order = sorted(counts, key=lambda title: -counts[title])
    told = ", ".join(f"{title} {counts[title]}" for title in order)
    words = (
        "A small classifier that has seen real digits alone, and had no part in any of these, gives"
        f" one name with {100 * SURE:.0f} % or more to so many of {PICTURES}: {told}"
    )
    if real is not None and real.named is not None:
        words += f"; and to {real.named} of {real.pictures} test digits"
    if len(order) == 1:
        return f"{words}."
    ahead = [title for title in order if counts[order[0]] - counts[title] < CLEAR]
    if len(ahead) == len(order):
        return (
            f"{words}. None is clearly ahead: with so few pictures, less than {CLEAR} between two"
            " may be chance."
        )
    return (
        f"{words}. {listed(ahead)} {'is' if len(ahead) == 1 else 'are'} ahead here; less than"
        f" {CLEAR} between two may be chance, so try another seed."
    )


def _of_edges(looks: Mapping[str, Look], real: Look | None) -> str:
    """Whose strokes have softer or harder edges than those of real digits."""
    if real is None or real.grey is None:
        return ""
    greys = {title: look.grey for title, look in looks.items() if look.grey is not None}
    words = (
        f"Of what is written, {100 * real.grey:.0f} % is grey in test digits: the edges of strokes."
    )
    softer = [title for title, grey in greys.items() if grey >= real.grey + APART]
    harder = [title for title, grey in greys.items() if grey <= real.grey - APART]
    told = [f"more in those of {listed(softer)}, whose edges are softer"] if softer else []
    told += [f"less in those of {listed(harder)}, whose edges are harder"] if harder else []
    if not told:
        return f"{words} No family is {100 * APART:.0f} points from that."
    return f"{words} It is {'; '.join(told)}."
