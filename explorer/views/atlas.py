"""Atlas: the neighbours of one picture of the map, or of one put on it."""

from typing import Annotated, Any, ClassVar, Literal

from torch import Tensor

from explorer.views.pictures import AnyPicture, Example
from explorer.views.result import Result
from explorer.views.settings import Choice, Setting, Switch, Whole
from explorer.views.types import Label, Line
from explorer.views.view import View
from realnvp import RealNVP
from realnvp.atlas_file import MAX_PICTURES, read_atlas
from realnvp.explore.atlas import neighbour_sheet, neighbours
from realnvp.explore.encode_set import encode_set
from realnvp.labels import labels_of


class Atlas(View):
    """A picture among its nearest neighbours, by latent and by pixels.

    Args:
        at: its number on the map, from 1; 0 is the picture that was put on it.
        place: whether one was.
    """

    page: ClassVar[str] = "atlas"
    file: ClassVar[str] = "neighbours.png"

    at: Annotated[int, Whole("Picture", 0, MAX_PICTURES)] = 1
    place: Annotated[bool, Switch("Place a picture")] = False
    picture: AnyPicture = Example()
    label: Label = None
    projection: Annotated[Literal["PCA", "t-SNE"], Choice("Projection")] = "PCA"
    colour: Annotated[Line, Setting("Colour")] = "Label"
    marks: Annotated[Literal["Thumbnails", "Dots"], Choice("Marks")] = "Thumbnails"

    def made(self, flow: RealNVP) -> tuple[Any, ...]:
        placed = self.picture.image(flow) if self.place or not self.at else None
        return encode_set(flow, read_atlas(flow.name, flow.config)), placed

    def draw(self, flow: RealNVP, *made: Any) -> Result:
        atlas, placed = made
        if self.at == 0:
            x: Tensor = placed
            z = flow.encode(x, labels_of(flow.config, self.label, 1))
            found = neighbours(atlas, z, x)
        else:
            row = self.at - 1
            z, x = atlas.z[row : row + 1], atlas.images[row : row + 1]
            found = neighbours(atlas, z, x, without=row)
        return Result(neighbour_sheet(atlas, found))
