"""Which pages there are, in the order of the menu.

The menu, Home, the lesson, recipes and the tests read it. A new page is a line here, its view in
`explorer/views/` and its layout in `pages/`.
"""

from dataclasses import dataclass

from explorer.views.anatomy import Anatomy
from explorer.views.atlas import Atlas
from explorer.views.axes import Axes
from explorer.views.compare import Compare
from explorer.views.directions import DirectionsView
from explorer.views.encode import Encode
from explorer.views.interpolate import Interpolate
from explorer.views.likelihood import Likelihood
from explorer.views.models import SideBySide
from explorer.views.multiscale import Multiscale
from explorer.views.repair import Repair
from explorer.views.sample import Sample
from explorer.views.slope import Slope
from explorer.views.toy import Toy
from explorer.views.view import View


@dataclass(frozen=True)
class Page:
    """A page.

    Args:
        name: in its address; its file is `pages/NAME.py`.
        title: in the menu, and over the page.
        group: of the menu; "" stands above all groups.
        icon: of Google's Material Symbols.
        sentence: what is done there, and a question that it answers.
        view: what it shows; None where nothing on it can be made again.
    """

    name: str
    title: str
    group: str
    icon: str
    sentence: str
    view: type[View] | None = None

    @property
    def file(self) -> str:
        """In the folder `pages`."""
        return f"{self.name}.py"


HOME = Page("home", "Home", "", "home", "What this is, and the ways in.")
_EXPLORE, _UNDERSTAND, _LEARN = "Explore", "Understand", "Learn"
PAGES = (
    HOME,
    Page(
        "models",
        "Models",
        "",
        "deployed_code",
        "What each was trained on, and what it cannot do.",
        SideBySide,
    ),
    Page(
        "sample",
        "Sample",
        _EXPLORE,
        "grid_view",
        "Turn noise into pictures. What does temperature do?",
        Sample,
    ),
    Page(
        "axes",
        "Axes",
        _EXPLORE,
        "grid_4x4",
        "Vary two settings at once. What stays when one changes?",
        Axes,
    ),
    Page(
        "encode",
        "Encode",
        _EXPLORE,
        "image_search",
        "Turn a picture into noise and back. Is it all there?",
        Encode,
    ),
    Page(
        "interpolate",
        "Interpolate",
        _EXPLORE,
        "timeline",
        "Walk from one picture to another. Why not in a straight line?",
        Interpolate,
    ),
    Page(
        "multiscale",
        "Multi-scale",
        _EXPLORE,
        "layers",
        "Take the latent apart. What does each level hold?",
        Multiscale,
    ),
    Page(
        "repair",
        "Repair",
        _EXPLORE,
        "healing",
        "Hide a part of a photo. What does the model imagine there?",
        Repair,
    ),
    Page(
        "directions",
        "Directions",
        _UNDERSTAND,
        "explore",
        "Add a smile, glasses, fair hair. What else moves with it?",
        DirectionsView,
    ),
    Page(
        "atlas",
        "Atlas",
        _UNDERSTAND,
        "map",
        "Lay latents out on a map. Are neighbours there alike to the eye?",
        Atlas,
    ),
    Page(
        "likelihood",
        "Likelihood",
        _UNDERSTAND,
        "query_stats",
        "Rank pictures by bits/dim. Why is the likeliest one flat?",
        Likelihood,
    ),
    Page(
        "compare",
        "Compare",
        _UNDERSTAND,
        "compare",
        "Try four families of models. Which is exact, which is sharp, which is fast?",
        Compare,
    ),
    Page(
        "lesson",
        "Lesson",
        _LEARN,
        "school",
        "Walk a class through all of it, stop by stop.",
    ),
    Page(
        "anatomy",
        "Anatomy",
        _LEARN,
        "biotech",
        "Follow one picture through every step. What does each leave alone?",
        Anatomy,
    ),
    Page(
        "slope",
        "Slope",
        _LEARN,
        "show_chart",
        "Bend a histogram with a curve. Why is its slope the Jacobian?",
        Slope,
    ),
    Page(
        "toy",
        "Toy",
        _LEARN,
        "scatter_plot",
        "Train a flow of the plane. How far can couplings bend a Gaussian?",
        Toy,
    ),
    Page(
        "train",
        "Train",
        _LEARN,
        "model_training",
        "Train a model of your own. What does it learn first?",
    ),
)
VIEWS: dict[str, type[View]] = {page.name: page.view for page in PAGES if page.view is not None}


def groups() -> dict[str, list[Page]]:
    """The pages by the groups of the menu."""
    found: dict[str, list[Page]] = {}
    for page in PAGES:
        found.setdefault(page.group, []).append(page)
    return found


def page_of(name: str) -> Page:
    """The page with this name.

    Raises:
        KeyError: if there is none.
    """
    return {page.name: page for page in PAGES}[name]


def title_of(name: str) -> str:
    """Of the page with this name; `page_of` says when there is none."""
    return page_of(name).title
