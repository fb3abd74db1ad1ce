"""Dots that a visitor has drawn, as text that fits into a link or a recipe."""

from collections.abc import Sequence

from realnvp.toy.views import VIEW

Point = tuple[float, float]  # x and y, in the units of the board, -VIEW to VIEW

MAX_DOTS = 2000
_STEPS = 4096  # places along a side: two letters each
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}


class DrawingError(ValueError):
    """A text that is no drawing; one line for the person who has it."""


def to_text(dots: Sequence[Point]) -> str:
    """Four letters for each dot: two for x, two for y, each as the nearest of 4096 places."""
    text = []
    for dot in dots:
        for value in dot:
            place = min(max(int((value / VIEW + 1) / 2 * _STEPS), 0), _STEPS - 1)
            text += [_LETTERS[place // 64], _LETTERS[place % 64]]
    return "".join(text)


def from_text(text: str) -> list[Point]:
    """`to_text` undone: the middles of the places, x and y.

    Raises:
        DrawingError: if it is no such text, or holds more than `MAX_DOTS` dots.
    """
    if len(text) > 4 * MAX_DOTS:
        raise DrawingError(f"At most {MAX_DOTS} dots can be drawn; these are {len(text) // 4}.")
    if len(text) % 4 or any(letter not in _VALUES for letter in text):
        raise DrawingError("A drawing is four letters for each dot, of A-Z, a-z, 0-9, - and _.")
    places = [
        64 * _VALUES[high] + _VALUES[low] for high, low in zip(text[::2], text[1::2], strict=True)
    ]
    values = [((2 * place + 1) / _STEPS - 1) * VIEW for place in places]
    return list(zip(values[::2], values[1::2], strict=True))
