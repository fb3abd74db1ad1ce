"""Axes: a grid of two settings."""

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from explorer.views.result import Result
from explorer.views.settings import (
    MAX_SEED,
    MAX_TEMPERATURE,
    Choice,
    Part,
    Range,
    Whole,
    WholeSlider,
)
from explorer.views.types import Label, OwnTemperature, Seed
from explorer.views.view import Settings, View
from realnvp import RealNVP
from realnvp.config import ModelConfig
from realnvp.explore.axes import LABEL, SEED, Axis, evenly, settings
from realnvp.explore.cells import Cells, draw_cells
from realnvp.labels import labels_of
from realnvp.viz import GAP, image_grid

CELLS = (2, 10)  # along a side
MAX_FIRST = MAX_SEED - (CELLS[1] - 1)  # of seeds, so that the last one is a seed too
SettingName = Literal[
    "seed",
    "temperature",
    "level 1",
    "level 2",
    "level 3",
    "level 4",
    "level 5",
    "level 6",
    "level 7",
    "level 8",
    "label",
]


@dataclass(frozen=True)
class AxisChoice(Choice):
    """What changes along a side: of the levels, those that the model has."""

    def offered(self, flow: RealNVP) -> tuple[Any, ...]:
        levels = flow.config.num_levels  # of one that is a whole, the temperature is that of all
        has_levels = flow.has_couplings or levels > 1
        return tuple(settings(levels if has_levels else 0, flow.config.num_labels))


class Side(Settings):
    """What changes along a side of the grid: seeds from `seed` on, or temperatures over `range`."""

    setting: Annotated[
        SettingName,
        AxisChoice(
            "{}",
            listed=True,
            width=150,
            help="What changes from one to the next. Level 1 is the finest: its temperature changes"
            " texture, that of the last level what the picture is of. A conditional model has its"
            " label as well: one class after the other, or one attribute in each.",
        ),
    ] = "seed"
    cells: Annotated[
        int,
        WholeSlider(
            "{}: how many",
            *CELLS,
            width=160,
            help="More take longer: the grid is decoded anew at every change.",
        ),
    ] = 6
    seed: Annotated[
        int,
        Whole("{}: from seed", 0, MAX_FIRST, width=150, help="The first; the others follow it."),
    ] = 0
    range: Annotated[
        tuple[float, float],
        Range(
            "{}: from, to",
            0.0,
            MAX_TEMPERATURE,
            0.05,
            width=240,
            help="The first and the last temperature; the steps between are even.",
        ),
    ] = (0.0, 1.0)

    def axis(self, config: ModelConfig) -> Axis:
        """Its values, for a model: it has so many labels and no more."""
        if self.setting == SEED:
            return evenly(SEED, self.seed, self.seed, self.cells)
        if self.setting == LABEL:
            return Axis(LABEL, tuple(range(min(self.cells, config.num_labels))))
        return evenly(self.setting, *self.range, self.cells)


@dataclass(frozen=True, eq=False)
class Grid(Result):
    """A grid of cells, row after row."""

    cells: Cells = field(kw_only=True)


class Axes(View):
    """A grid of two settings: a seed's pictures, at every temperature of a level for example."""

    page: ClassVar[str] = "axes"
    file: ClassVar[str] = "axes.png"

    rows: Annotated[Side, Part("Rows")] = Side(setting="seed")
    columns: Annotated[Side, Part("Columns")] = Side(setting="temperature")
    seed: Seed = 0
    temperature: OwnTemperature = 0.7
    label: Label = None

    def draw(self, flow: RealNVP) -> Grid:
        labels = labels_of(flow.config, self.label, 1)
        rows, columns = (side.axis(flow.config) for side in (self.rows, self.columns))
        cells = draw_cells(flow, rows, columns, self.seed, self.temperature, labels)
        return Grid(image_grid(cells.images, len(columns.values), GAP), cells=cells)
