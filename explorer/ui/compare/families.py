"""The families in one table, each mark backed by one of the looks below it."""

import streamlit as st

from explorer.ui.compare.subject import Subject
from realnvp.baselines import KINDS, VAE
from realnvp.baselines.baseline import LatentBaseline
from realnvp.baselines.side_by_side import OURS
from realnvp.nets import parameter_count
from realnvp.numerals import numeral

TITLES = {"vae": "VAE", "gan": "GAN", "pixelcnn": "PixelCNN"}
YES, PARTLY, NO = "✓", "=", "✗"
# Of RealNVP, the VAE, the GAN and autoregressive models, as a published summary of the paper has
# them; "–" where it says nothing.
PUBLISHED = {
    "Realism": "==✗✓",
    "Efficiency": "✓✓✓=",
    "Exact likelihood": "✓✗✗✓",
    "Reversibility": "✓✗––",
    "Latent space": "✓✓✗✗",
    "Meaningful latents": "✓=✗✗",
    "Fewer assumptions": "✓✗✗✗",
    "Stability": "✓✓✗✗",
}


def show_families(subject: Subject) -> None:
    """The table; what is a number in it comes from the models that are there."""
    heads = ["family", OURS, *(TITLES[kind] for kind in KINDS)]
    rows = [
        [name, *(f"{said} · {found}" for said, found in zip(PUBLISHED[name], ours, strict=True))]
        for name, *ours in _rows(subject)
    ]
    columns = dict(zip(heads, map(list, zip(*rows, strict=True)), strict=True))
    st.table(columns, border="horizontal", hide_index=True, width="content", alt="The families")
    sizes = [f"RealNVP {subject.own_parameters():,}"]
    sizes += [f"{model.TITLE} {parameter_count(model):,}" for model in subject.models.values()]
    st.caption(
        "Two marks in each cell: what a published summary of the paper says, then what is found"
        " here; = is in between, – not said. They differ where GANs are sharp and assume little,"
        " and where a mark depends on the network. Behind each row stands a look below. Numbers:"
        " passes for a picture, bits/dim of test digits (≤ is a bound of what the bytes cost),"
        f" numbers in a code. Weights: {', '.join(sizes)}. A digit below that is pressed is encoded"
        " by RealNVP, whoever has drawn it, to go on with it on other pages."
    )


def marks(row: str, subject: Subject) -> list[tuple[str, str]]:
    """Of each family in one row of the table: its title, what is published and what is found."""
    (found,) = [ours for name, *ours in _rows(subject) if name == row]
    titles = [OURS, *(TITLES[kind] for kind in KINDS)]
    return [
        (title, f"{said} · {own}")
        for title, said, own in zip(titles, PUBLISHED[row], found, strict=True)
    ]


def _rows(subject: Subject) -> list[list[str]]:
    """What is found here, in the order of the looks. Short, for a phone."""
    numbers = {
        kind: f" {model.config.latents}"
        for kind, model in subject.models.items()
        if isinstance(model, LatentBaseline)
    }
    height, width = subject.flow.config.image_size
    own = _bits(subject.own_bits())
    bound = _bits(subject.bits("vae", "test_bound"))
    pixelcnn = _bits(subject.bits("pixelcnn", "test_bits_per_dim"))
    return [
        # Of 256 each the classifier of the look can name 65, 31, 116 and 44; 227 real digits.
        ["Realism", PARTLY, NO, YES, PARTLY],
        [
            "Efficiency",
            f"{YES} 1",
            f"{YES} 1",
            f"{YES} 1",
            f"{NO} {height * width}",
        ],
        [
            "Exact likelihood",
            f"{YES}{own and f' ≤{own}'}",
            f"{NO}{bound and f' ≤{bound}'}",
            NO,
            f"{YES}{pixelcnn}",
        ],
        ["Reversibility", YES, NO, NO, NO],
        [
            "Latent space",
            f"{YES} {subject.flow.dim}",
            f"{YES}{numbers.get('vae', '')}",
            f"{YES}{numbers.get('gan', '')}",
            NO,
        ],
        ["Meaningful latents", YES, YES, PARTLY, NO],
        ["Fewer assumptions", "bijection", "Gauss", f"{YES} few", "order"],
        ["Stability", YES, YES, NO, YES],
    ]


def _bits(value: float | None) -> str:
    return "" if value is None else f" {numeral(value, '.2f')}"


def missing(subject: Subject) -> list[str]:
    """Titles of the families that are not there."""
    return [TITLES[kind] for kind in KINDS if kind not in subject.models]


def vae_of(subject: Subject) -> VAE | None:
    model = subject.models.get("vae")
    return model if isinstance(model, VAE) else None
