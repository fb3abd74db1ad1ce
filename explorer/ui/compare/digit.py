"""Likelihood, reversibility and assumptions, asked of one digit."""

from dataclasses import replace

import streamlit as st
import torch
from torch import Tensor

from explorer.ui.cache import cached, label_key
from explorer.ui.card import plain
from explorer.ui.compare.subject import Subject
from explorer.ui.form import Form
from explorer.ui.models import run
from explorer.ui.offer import offer_on
from explorer.ui.recipe import recipe_menu
from explorer.ui.source import Source
from explorer.ui.tiles import Figure
from explorer.views.compare import Reversibility
from realnvp import viz
from realnvp.baselines.side_by_side import (
    CODE_DRAWS,
    ERROR_LIMIT,
    NOISE_DRAWS,
    OURS,
    Costs,
    costs,
    round_trip_pictures,
)
from realnvp.numerals import numeral

EXACTLY = "no byte differs"
SIDE = 168  # of a picture, in CSS pixels
EXACT = (
    r"\log p(x) = \log \mathcal{N}(f(x);\, 0, I)"
    r" + \log\left|\det \tfrac{\partial f}{\partial x}\right|"
)
# In lines that a phone has room for.
BOUND = (
    r"\begin{gathered} \log p(x) \ge \mathbb{E}_q[\log p(x \mid z)] \\"
    r" {} - \mathrm{KL}(q(z \mid x)\,\|\,\mathcal{N}) \end{gathered}"
)
CHAIN = r"\log p(x) = \textstyle\sum_i \log p(x_i \mid x_{1 \ldots i-1})"


def _key(digit: Source) -> tuple[object, ...]:
    return digit.image.numpy().tobytes(), label_key(digit.labels)


def costs_of(subject: Subject, digit: Source) -> Costs:
    """Those of the digit, asked once."""
    signature = subject.signature(*_key(digit))
    return cached(
        "compare_costs",
        signature,
        lambda: run(costs, subject.flow, subject.models, digit.image, digit.labels),
    )


def show_likelihood(subject: Subject, digit: Source) -> None:
    """Bits/dim of the digit and of the test set, and where the PixelCNN's go."""
    found = costs_of(subject, digit)
    # In brackets, so that no digit's name is another column's.
    lines = [("family", f"this digit ({plain(digit.name)})", "test digits", "what it is")]
    lines.append(
        (OURS, _shown(found.flow), _shown(subject.own_bits()), "of a density, under noise: a bound")
    )
    if found.pixelcnn is not None:
        test = subject.bits("pixelcnn", "test_bits_per_dim")
        lines.append(("PixelCNN", _shown(found.pixelcnn), _shown(test), "exact, of the bytes"))
    if found.bound is not None:
        test = subject.bits("vae", "test_bound")
        lines.append(("VAE", f"≤ {_shown(found.bound)}", f"≤ {_shown(test)}", "a bound"))
    if "gan" in subject.models:
        lines.append(("GAN", "–", "–", "none: it only draws"))
    heads, *cells = lines
    columns = dict(zip(heads, map(list, zip(*cells, strict=True)), strict=True))
    st.table(columns, border="horizontal", hide_index=True, alt=f"Bits/dim of {digit.name}")
    st.markdown(_verdict(subject))
    if found.map is not None:
        most = float(found.map.max())
        pixels = [
            viz.to_rgb(digit.image)[0],
            viz.sequential(found.map.numpy(), 0.0, most),
        ]
        offer_on(
            [
                Figure(
                    pixels[0],
                    f"{digit.name} at its own size",
                    digit.name,
                    SIDE,
                    titles=[digit.name],
                ),
                Figure(
                    pixels[1],
                    f"What each pixel of {digit.name} costs the PixelCNN, up to {most:.1f} bits",
                    f"Bits of each pixel: 0 dark, {most:.1f} light",
                    SIDE,
                ),
            ],
            lambda _: digit.pin(subject.checkpoint),
            key="pixel_costs",
        )
    for formula in (EXACT, BOUND, CHAIN):
        st.latex(formula)


def _verdict(subject: Subject) -> str:
    """Who has the fewest bits, and why."""
    ours, vae = subject.own_bits(), subject.bits("vae", "test_bound")
    pixelcnn = subject.bits("pixelcnn", "test_bits_per_dim")
    fewer = []
    if ours is not None and pixelcnn is not None and pixelcnn < ours:
        fewer.append(f"{numeral(pixelcnn, '.2f')} of the PixelCNN")
    if ours is not None and vae is not None and vae < ours:
        fewer.append(f"at most {numeral(vae, '.2f')} of the VAE")
    how = (
        "Fewer bits/dim are better. RealNVP's are of its density under dequantization noise, which"
        f" makes bytes real numbers: the mean over {NOISE_DRAWS} draws, as in the tab Noise of the"
        " page Encode. Other pages show a picture without noise, which is another number. The VAE's"
        f" bound is over {CODE_DRAWS} draws of its code."
    )
    if ours is None or not fewer:
        return how
    return (
        f"**Undecided**: {numeral(ours, '.2f')} bits/dim of RealNVP on the test digits against"
        f" {' and '.join(fewer)}. RealNVP's are an upper bound of what its density gives the bytes"
        " ([Theis et al., 2016](https://arxiv.org/abs/1511.01844)): the mean over noise of a"
        " logarithm is less than the logarithm of the mean, and a density that does not fill the"
        f" bin of a byte evenly pays for it. A PixelCNN's are exact. {how}"
    )


def show_reversibility(subject: Subject, digit: Source) -> None:
    """The digit, encoded and decoded by those that can, with their errors."""
    form = Form(Reversibility, subject.flow)
    form.set("a", digit.latent)
    question = form.view()
    signature = subject.signature(*_key(digit), "back")
    shown = cached("compare_backs", signature, lambda: subject.draw(question, digit))
    pictures = round_trip_pictures(digit.image, shown.answers)
    words = [(f"{digit.name} as it was sent in", digit.name)]
    for title, back in shown.answers.items():
        told = difference_in_words(back, digit.image)
        words += [
            (f"{digit.name}, round trip through {title}", f"{title}, round trip"),
            (f"Error of {title} on {digit.name}: {told}", f"Its error: {told}"),
        ]
    figures = [Figure(p, alt, text, SIDE) for p, (alt, text) in zip(pictures, words, strict=True)]
    # An error is no picture of a digit: it cannot be pressed.
    titles = [digit.name, *(f"{digit.name}, through {title}" for title in shown.answers)]
    for at, title in zip((0, *range(1, len(figures), 2)), titles, strict=True):
        figures[at] = replace(figures[at], titles=[title])
    digits = torch.cat([digit.image, *shown.answers.values()])
    subject.offer(figures, digits, key="reversibility", question=question, labels=digit.labels)
    st.markdown(
        f"{_way_back(shown.answers[OURS], digit.image)} The VAE squeezes the digit through a short"
        " code and gives back what it remembers. A GAN has no way from a picture to a code, a"
        " PixelCNN no code: neither can take part."
        f" Colours of an error: red too light, blue too dark, full at {ERROR_LIMIT};"
        " an error is no digit, and cannot be pressed."
    )
    recipe_menu(subject.recipe(question), shown.pixels, "compared")


def _way_back(back: Tensor, image: Tensor) -> str:
    """What RealNVP's round trip gave, and why."""
    told = difference_in_words(back, image)
    if told == EXACTLY:
        return "RealNVP is a bijection: its way back is a formula, and every byte returns."
    return (
        "RealNVP is a bijection: its way back is a formula, and as the computer rounds the numbers"
        f" on the way, {told}."
    )


def difference_in_words(back: Tensor, image: Tensor) -> str:
    """How many bytes differ, and by how much those do that do."""
    error = (back.int() - image.int()).abs()
    wrong = int((error > 0).sum())
    if not wrong:
        return EXACTLY
    mean = float(error.sum()) / wrong
    verb = "byte differs" if wrong == 1 else "bytes differ"
    return f"{wrong:,} of {error.numel():,} {verb}, by {mean:.1f} of 255 on average"


def _shown(value: float | None) -> str:
    return "–" if value is None else numeral(value)
