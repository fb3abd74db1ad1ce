"""The temperature that a model is shown at where nobody has chosen one: its card's."""

from collections.abc import Mapping
from typing import Any

from realnvp.plain import number_within

PLAIN = 0.7  # of a model whose card says none
STEP = 0.05  # to which the mean of levels is rounded: that of the sliders
HOTTEST = 10.0  # far beyond what still gives pictures

DefaultTemperature = float | tuple[float, ...]


def default_temperature(card: Mapping[str, Any], num_levels: int) -> DefaultTemperature:
    """The entry "temperature": one number, or one for each level, finest first.

    `PLAIN` where it has none, or none that can be used: a card may come from anywhere.
    """
    said = card.get("temperature")
    several = isinstance(said, list | tuple)
    values = [number_within(one, 0, HOTTEST) for one in (said if several else [said])]  # type: ignore[union-attr]
    numbers = tuple(value for value in values if value is not None)
    if len(numbers) != (num_levels if several else 1):
        return PLAIN
    return numbers if several else numbers[0]


def of_all_levels(temperature: DefaultTemperature) -> float:
    """One number where only one can be set: the mean of the levels, to the nearest 0.05."""
    if isinstance(temperature, float):
        return temperature
    return round(round(sum(temperature) / len(temperature) / STEP) * STEP, 2)


def in_words(temperature: DefaultTemperature) -> str:
    """ "0.7", or "0.7, 0.5, 0.2" for levels of their own."""
    values = [temperature] if isinstance(temperature, float) else temperature
    return ", ".join(f"{value:g}" for value in values)
