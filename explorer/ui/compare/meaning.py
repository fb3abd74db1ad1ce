"""Meaningful latents: what lies half-way, in the codes of each family and in the pixels alone."""

import streamlit as st
from torch import Tensor

from explorer.ui.cache import cached
from explorer.ui.compare.between import strip_figure
from explorer.ui.compare.families import marks
from explorer.ui.compare.measures import listed
from explorer.ui.compare.subject import Subject
from explorer.ui.models import run
from explorer.ui.recipe import recipe_menu
from explorer.ui.source import Source
from explorer.views.compare import PIXELS, MeaningfulLatents
from realnvp.baselines import GAN, PixelCNN
from realnvp.numerals import numeral


def show_meaning(subject: Subject, a: Source, b: Source) -> None:
    """A strip of each family that has latents, over one of the pixels' averages."""
    question = subject.ask_between(MeaningfulLatents, a, b)
    frames, seed = question.frames, question.seed
    shown = subject.draw(question, a, b)
    middle = frames // 2
    costs = _costs(subject, {title: images[middle] for title, images in shown.answers.items()})
    for title, images in shown.answers.items():
        way = f"from {a.name} to {b.name}"
        if title == GAN.TITLE:
            way = f"between two codes of seed {seed}, for it cannot be given A and B"
        cost = f"; its middle costs {numeral(costs[title], '.2f')} bits/dim" if costs else ""
        name = title if title == PIXELS else f"{title}, along its codes"
        alt = f"{frames} frames {way}: {title}"
        figure = strip_figure(title, images, alt, f"{name}, {way}{cost}")
        subject.offer([figure], images, key=f"meaning_{title}", question=question, labels=a.labels)
    st.markdown(_notice(costs))
    told = ", ".join(f"{title} {mark}" for title, mark in marks("Meaningful latents", subject))
    st.markdown(
        f"The row's marks, as a published summary has them and as found here: {told}. Where"
        " codes have meaning, half-way between two of them lies a picture of the same kind;"
        " half-way between pixels lie both pictures, each at half its strength."
    )
    recipe_menu(subject.recipe(question), shown.pixels, "compared")


def _costs(subject: Subject, middles: dict[str, Tensor]) -> dict[str, float]:
    """Bits/dim of each picture, (1, H, W), under the PixelCNN; empty without one."""
    net = subject.models.get("pixelcnn")
    if not isinstance(net, PixelCNN):
        return {}
    signature = subject.signature(*(image.numpy().tobytes() for image in middles.values()))
    bits = cached("meaning_costs", signature, lambda: run(_bits, net, list(middles.values())))
    return dict(zip(middles, bits, strict=True))


def _bits(net: PixelCNN, images: list[Tensor]) -> list[float]:
    return [float(net.pixel_bits(image[None]).mean()) for image in images]


def _notice(costs: dict[str, float]) -> str:
    """Whose middle is most like a digit to a classifier that none of them has trained."""
    if not costs:
        return (
            "**What to notice.** Look at the middle frames: which of them would you call a digit?"
        )
    order = sorted(costs, key=lambda title: costs[title])
    told = ", ".join(f"{title} {numeral(costs[title], '.2f')}" for title in order)
    below = [title for title in order if costs[title] < costs[PIXELS]]
    words = (
        "**What to notice.** The PixelCNN has learned digits alone and has no part in these paths:"
        f" it can say what each middle frame costs it, in bits/dim: {told}."
    )
    if not below:
        return f"{words} None costs less than the average of the pixels: here it is no help."
    return (
        f"{words} {listed(below)} cost{'s' if len(below) == 1 else ''} less than the average"
        " of the pixels, which is two digits over each other."
    )
