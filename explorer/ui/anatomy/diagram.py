"""The whole flow as boxes: what each level does, in its order, and what it factors out."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from torch import Tensor

from explorer.figures.whole_flow import shape_in_words, subscript
from realnvp.coupling import AffineCoupling
from realnvp.explore.steps import Step
from realnvp.masks import CheckerboardMask


def diagram(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """A box for the way from bytes to real numbers and one for each level, from x to z.

    Args:
        steps: there and back, or back alone.

    Returns:
        boxes, each with its name, the shape that goes in, its lines, and its latent with its shape.
        Of a line: what it does, and its first and last step `there` and `back`, from 1, as far as
        these steps go that way.
    """
    there = [step for step in steps if not step.back]
    in_order = there or list(reversed(steps))
    numbered = list(enumerate(in_order, start=1))
    boxes = []
    for level, members in groupby(numbered, lambda item: item[1].level):
        inside = list(members)
        lines = []
        for text, first, last in _lines(inside):
            line: dict[str, Any] = {"text": text}
            if there:
                line["there"] = [first, last]
            if len(there) < len(steps):  # the same ones, from the last to the first
                line["back"] = [len(steps) + 1 - last, len(steps) + 1 - first]
            lines.append(line)
        begin, end = inside[0][1], inside[-1][1]
        out = _end(end, is_first=False) if end.factored_out is None else end.factored_out
        boxes.append(
            {
                "name": "x" if level is None else f"Level {level + 1}",
                "shape": shape_in_words(_end(begin, is_first=True).shape),
                "lines": lines,
                "latent": None if level is None else f"z{subscript(level + 1)}",
                "latent_shape": None if level is None else shape_in_words(out.shape),
            }
        )
    return boxes


def _lines(numbered: Sequence[tuple[int, Step]]) -> Iterator[tuple[str, int, int]]:
    """Texts, with the first and last of the steps that each stands for.

    Neighbours stand together: couplings of one kind of mask with the norms behind them, and what
    only lays numbers out anew.
    """
    kinds, mask = [], ""
    for _, step in numbered:
        if isinstance(step.transform, AffineCoupling):
            checkered = isinstance(step.transform.mask, CheckerboardMask)
            mask = "checkerboard" if checkered else "channels"
        kinds.append(mask if step.kind in ("coupling", "batch norm") else step.kind)
    for kind, members in groupby(zip(kinds, numbered, strict=True), lambda item: item[0]):
        run = [item for _, item in members]
        couplings = sum(step.kind == "coupling" for _, step in run)
        text = f"{couplings} × {kind}" if couplings else kind
        if kind == "squeeze":
            text = ", ".join(step.name.rpartition(", ")[2] for _, step in run)
        yield text, run[0][0], run[-1][0]


def _end(step: Step, *, is_first: bool) -> Tensor:
    """What goes in on the way from x to z, or of the last step comes out; it may go back here."""
    return (step.before if step.back != is_first else step.after).active
