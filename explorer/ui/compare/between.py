"""Latent space: from one digit to another, in the codes of each family."""

from collections.abc import Mapping

import streamlit as st
import torch
from torch import Tensor

from explorer.ui.compare.digit import difference_in_words
from explorer.ui.compare.measures import Strip, listed, strip_of
from explorer.ui.compare.subject import Subject
from explorer.ui.recipe import recipe_menu
from explorer.ui.source import Source
from explorer.ui.tiles import Figure, tiles_of
from explorer.views.compare import LatentSpace
from realnvp.baselines import GAN
from realnvp.baselines.side_by_side import OURS

APART = 0.05  # of the distance between the ends: less is no difference


def show_between(subject: Subject, a: Source, b: Source) -> None:
    """A strip of each family that has latents."""
    question = subject.ask_between(LatentSpace, a, b)
    frames, seed = question.frames, question.seed
    shown = subject.draw(question, a, b)
    strips = {title: strip_of(images) for title, images in shown.answers.items()}
    captions = {
        title: f"{title}: {_ends(title, images, a, b, seed)}{_in_short(strips[title])}"
        for title, images in shown.answers.items()
    }
    for title, images in shown.answers.items():
        has_ends = title != GAN.TITLE
        way = f"from {a.name} to {b.name}" if has_ends else f"between two codes of seed {seed}"
        alt = f"{frames} frames {way} by {title}"
        figure = strip_figure(title, images, alt, captions[title])
        subject.offer([figure], images, key=f"between_{title}", question=question, labels=a.labels)
    st.markdown(notice(strips, frames))
    recipe_menu(subject.recipe(question), shown.pixels, "compared")


def strip_figure(title: str, images: Tensor, alt: str, caption: str) -> Figure:
    """A strip of frames, uint8 (n, 1, H, W), that can be pressed."""
    return tiles_of(
        images,
        len(images),
        alt=alt,
        caption=caption,
        titles=[f"{title}, frame {number}" for number in range(1, len(images) + 1)],
        room=1000,
    )


def _ends(title: str, images: Tensor, a: Source, b: Source, seed: int) -> str:
    """What its first and its last frame are."""
    if title == GAN.TITLE:
        return f"between two codes of seed {seed}; it cannot be given A and B"
    found = difference_in_words(images[[0, -1]], torch.cat([a.image, b.image]))
    if title == OURS:
        return f"its ends against A and B: {found}"
    return f"its ends are what its codes remember of A and B: {found}"


def _in_short(strip: Strip) -> str:
    if strip.share is None:
        return ""
    return f". Its largest step is {100 * strip.share:.0f} % of the distance between its ends"


def notice(strips: Mapping[str, Strip], frames: int) -> str:
    """What the numbers below the strips say: who goes evenly, and who jumps."""
    words = [
        "**What to notice.** All go along great circles of Gaussian codes. Where strokes bend into"
        " each other the codes have order."
    ]
    shares = {title: strip.share for title, strip in strips.items() if strip.share is not None}
    if shares:
        order = sorted(shares, key=lambda title: shares[title])
        told = ", ".join(f"{title} {100 * shares[title]:.0f} %" for title in order)
        words.append(
            f"Straight and even would be {frames - 1} steps of {100 / (frames - 1):.3g} % of the"
            f" distance between the ends. The largest of each: {told}."
        )
        words.append(_evenest(shares, order))
    words.append("The PixelCNN has no codes to go between.")
    return " ".join(word for word in words if word)


def _evenest(shares: Mapping[str, float], order: list[str]) -> str:
    if len(order) == 1:
        return ""
    even = [title for title in order if shares[title] - shares[order[0]] < APART]
    if len(even) == len(order):
        return f"They differ by less than {100 * APART:.0f} points: none jumps more than the rest."
    return f"{listed(even)} {'changes' if len(even) == 1 else 'change'} most evenly here."
