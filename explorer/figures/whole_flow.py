"""The whole flow as a diagram: from the picture through all levels to its latents."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from math import prod
from xml.etree.ElementTree import Element, SubElement, tostring

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from realnvp import RealNVP
from realnvp.coupling import AffineCoupling
from realnvp.masks import CheckerboardMask
from realnvp.transforms import Chain, Squeeze

_WIDTH, _GAP, _LINE, _TOP = 152, 28, 16, 22  # of a box, between two, of a text, above all
_LATENT = 46  # height of a latent's box, and of the arrow to it


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class FlowWords:
    """What the diagram says, in one language.

    Args:
        thousands: between groups of three digits; a space is left out of numbers of four.
        whole: what the diagram is.
        values: of a picture; {count} is how many.
        real: the column of the steps from bytes to real numbers.
        level: over the couplings of a level; {number} is which.
        half: of a level's numbers become its latent.
        rest: of them, in the last level.
        goes_on: the other half, to the next level.
    """

    thousands: str
    whole: str
    values: str
    real: str
    dequantize: str
    logit: str
    level: str
    checkerboard: str
    channels: str
    squeeze: str
    half: str
    rest: str
    goes_on: str

    def count(self, number: int) -> str:
        """The number, with its thousands apart."""
        plain = self.thousands.isspace() and number < 10_000
        return str(number) if plain else f"{number:,}".replace(",", self.thousands)


def whole_flow(flow: RealNVP, words: FlowWords) -> str:
    """An SVG in black and grey, to print: x on the left, below each level what it factors out.

    Boxes are what the model has: the couplings of each level by their masks, in their order, the
    squeeze between them, and the shapes of its latents.
    """
    shapes, config = flow.shapes(), flow.config
    heads = [
        (
            "x",
            shape_in_words((config.channels, *config.image_size)),
            words.values.format(count=words.count(flow.dim)),
        ),
        (words.real, words.dequantize, words.logit),
    ]
    levels = [
        (words.level.format(number=number), *steps_of(level, words))
        for number, level in enumerate(flow.multiscale.levels, start=1)
    ]
    columns = [*heads, *levels]
    height = 14 + _LINE * max(map(len, columns))
    total = len(columns) * (_WIDTH + _GAP) - _GAP
    svg = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {total} {_TOP + height + 2 * _LATENT + 4}",
            "role": "img",
            "font-family": "sans-serif",
            "font-size": "11.5",
        },
    )
    read = "; ".join(": ".join((head, ", ".join(rest))) for head, *rest in columns)
    SubElement(svg, "title").text = f"{words.whole}. {read}"
    for index, lines in enumerate(columns):
        left = index * (_WIDTH + _GAP)
        _box(svg, left, _TOP, height, lines, fill="#eee" if index >= len(heads) else "#fff")
        if index + 1 < len(columns):
            _arrow(svg, left + _WIDTH, _TOP + height / 2, _GAP, 0)
        if index >= len(heads):
            _latent(svg, left, _TOP + height, index - len(heads), shapes, words)
    return tostring(svg, encoding="unicode")


def steps_of(level: Chain, words: FlowWords) -> Iterator[str]:
    """What a level does, in words, in its order: its couplings by their masks, and its squeeze."""
    masks = []
    for step in level.transforms:
        if isinstance(step, AffineCoupling):
            checkered = isinstance(step.mask, CheckerboardMask)
            masks.append(words.checkerboard if checkered else words.channels)
        elif isinstance(step, Squeeze):
            masks.append(words.squeeze)
    for name, several in groupby(masks):
        count = len(list(several))
        yield name if name == words.squeeze else f"{count} × {name}"


def _latent(
    svg: Element,
    left: float,
    top: float,
    index: int,
    shapes: list[tuple[int, int, int]],
    words: FlowWords,
) -> None:
    """Half of a level's numbers, or all of the last one's, as one of the latents."""
    last = index + 1 == len(shapes)
    _arrow(svg, left + _WIDTH / 2, top, 0, _LATENT)
    _text(svg, left + _WIDTH / 2 + 8, top + 26, words.rest if last else words.half, "start")
    if not last:
        _text(svg, left + _WIDTH + _GAP / 2, _TOP - 8, words.goes_on, "middle")
    shape = shapes[index]
    lines = (f"z{subscript(index + 1)}", f"{shape_in_words(shape)} = {words.count(prod(shape))}")
    _box(svg, left, top + _LATENT, _LATENT, lines, fill="#fff", radius=12)


def _box(
    svg: Element,
    left: float,
    top: float,
    height: float,
    lines: tuple[str, ...],
    *,
    fill: str,
    radius: int = 3,
) -> None:
    place = {"x": left + 1, "y": top, "width": _WIDTH - 2, "height": height, "rx": radius}
    words = {name: f"{value:g}" for name, value in place.items()}
    SubElement(svg, "rect", words | {"fill": fill, "stroke": "#333"})
    for row, line in enumerate(lines):
        _text(svg, left + _WIDTH / 2, top + 18 + _LINE * row, line, "middle", bold=row == 0)


def _arrow(svg: Element, x: float, y: float, right: float, down: float) -> None:
    """A line with a head, from (x, y)."""
    end, below = x + right, y + down
    head = (
        f"M{end - 7:g} {below - 4:g} L{end:g} {below:g} L{end - 7:g} {below + 4:g}"
        if right
        else f"M{end - 4:g} {below - 7:g} L{end:g} {below:g} L{end + 4:g} {below - 7:g}"
    )
    path = f"M{x:g} {y:g} L{end:g} {below:g} {head}"
    SubElement(svg, "path", {"d": path, "fill": "none", "stroke": "#333"})


def _text(svg: Element, x: float, y: float, words: str, anchor: str, *, bold: bool = False) -> None:
    look = {"x": f"{x:g}", "y": f"{y:g}", "text-anchor": anchor}
    SubElement(svg, "text", look | ({"font-weight": "bold"} if bold else {})).text = words


def shape_in_words(shape: Iterable[int]) -> str:
    """ "3 × 32 × 32"."""
    return " × ".join(map(str, shape))


def subscript(number: int) -> str:
    """With its figures below the line."""
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
