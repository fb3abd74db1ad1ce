"""Assumptions: what each family had to take for granted, and what it costs."""

import streamlit as st
import torch

from explorer.ui.cache import cached
from explorer.ui.card import plain
from explorer.ui.compare.digit import SIDE, costs_of
from explorer.ui.compare.drawing import draw
from explorer.ui.compare.families import vae_of
from explorer.ui.compare.subject import Subject
from explorer.ui.models import run
from explorer.ui.source import Source
from explorer.ui.tiles import Figure, tiles_of
from realnvp.baselines import VAE, PixelCNN
from realnvp.numerals import numeral
from realnvp.viz import to_rgb

ENDINGS, COLUMNS = 8, 4


def show_assumptions(subject: Subject, digit: Source) -> None:
    """A paragraph and a picture for each family that has one."""
    st.markdown(
        f"**RealNVP** assumes that pictures can be turned into Gaussian noise by a bijection:"
        f" its latent has to be as long as the picture, {subject.flow.dim} numbers. **GAN**: the"
        " fewest, no form of any density; it pays with having none."
    )
    if vae := vae_of(subject):
        _show_vae(subject, vae, digit)
    net = subject.models.get("pixelcnn")
    if isinstance(net, PixelCNN):
        _show_order(subject, net, digit)


def _show_vae(subject: Subject, vae: VAE, digit: Source) -> None:
    found = costs_of(subject, digit)
    middle, grain = cached(
        "compare_grain",
        subject.signature(digit.image.numpy().tobytes(), "grain"),
        lambda: run(_both, vae, digit),
    )
    gap = (found.bound or 0.0) - (found.importance_bound or 0.0)
    st.markdown(
        "**VAE** assumes that the code of a picture is Gaussian, with independent numbers. The"
        f" price on {plain(digit.name)}, its bound against a tighter one: {numeral(gap)} bits/dim,"
        " or more. And it assumes that pixels, once the code is known, are independent: a true draw"
        " has grain, which the other looks leave out."
    )
    words = [
        (f"{digit.name} through the VAE", "The middle of p(x|z)"),
        (f"A draw of the VAE for {digit.name}", "A draw of it"),
    ]
    images = torch.cat([middle, grain])
    figures = [
        Figure(pixels, alt, text, SIDE, titles=[alt])
        for pixels, (alt, text) in zip(to_rgb(images), words, strict=True)
    ]
    subject.offer(figures, images, key="grain", labels=digit.labels)


def _both(vae: VAE, digit: Source) -> tuple[torch.Tensor, torch.Tensor]:
    z = vae.encode(digit.image)
    return vae.decode(z), vae.grain(z, torch.Generator().manual_seed(0))


def _show_order(subject: Subject, net: PixelCNN, digit: Source) -> None:
    half = digit.image.shape[2] // 2
    st.markdown(
        "**PixelCNN** assumes an order: top to bottom, left to right. So it can finish a picture"
        f" from its upper half, {ENDINGS} times here; from the lower it could only try and reject."
    )
    endings = draw(
        "endings",
        subject.signature(digit.image.numpy().tobytes()),
        lambda: net.start(ENDINGS, torch.Generator().manual_seed(0), digit.image, half),
    )
    if endings is not None:
        figure = tiles_of(
            endings,
            COLUMNS,
            alt=f"{ENDINGS} endings of the upper half of {digit.name} by the PixelCNN",
            caption=f"The upper {half} rows are those of {digit.name}.",
            titles=[f"Ending {n} of {digit.name}" for n in range(1, ENDINGS + 1)],
            room=2 * SIDE,
        )
        subject.offer([figure], endings, key="endings_shown", labels=digit.labels)
