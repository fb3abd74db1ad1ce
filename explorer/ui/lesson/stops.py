"""The stops of the lesson: which page, with what on it, what to do and what to ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Stop:
    """One stop.

    Args:
        title: of the stop, in a few words.
        page: of the app, as in its address.
        view: values of widgets on that page, by their keys, which a visitor can change at once.
        task: what to do, for the whole class to read.
        question: to ask before the answer is shown.
        answer: what they should have seen.
    """

    title: str
    page: str
    task: str
    question: str
    answer: str
    view: Mapping[str, Any] = field(default_factory=dict)


STOPS = (
    Stop(
        "Noise becomes pictures",
        "sample",
        "Draw a few new seeds. Then move the temperature slowly to 0, and slowly up to 1.2.",
        "Where are the best pictures, and what happens to their variety there?",
        "Around 0.7: cooler ones are smoother, but more and more alike; at 0 all are one and the"
        " same. Above 1 they fall apart. Temperature trades variety for quality, which is why"
        " papers show cooled samples.",
        {"temperature": 0.7, "seed": 0.0, "linked": True, "pictures": 64},
    ),
    Stop(
        "Pictures become noise, and come back",
        "encode",
        "Choose an example, then upload any picture of your own, even one of no face at all.",
        "How many of the picture's bytes are lost in the round trip?",
        "None, whatever the picture shows. The flow is a bijection: every picture has exactly one"
        " latent, and no reconstruction loss was ever trained. Compare that with an autoencoder.",
        {"source": "Example", "look": "Levels"},
    ),
    Stop(
        "One coupling",
        "anatomy",
        "Step forwards with F until the first coupling. Press a pixel that it keeps, then one that"
        " it changes.",
        "The network that computes s and t is never inverted. How can the step be undone?",
        "The kept half goes through untouched, so on the way back it gives the same s and t again:"
        " x = (y − t) · exp(−s). And as the Jacobian is triangular, its log-det is just the sum of"
        " s.",
        {"step": 1},
    ),
    Stop(
        "Many couplings bend space",
        "toy",
        "Press Train. When the loss has settled, move the layer from the data to the latent.",
        "One coupling leaves half of the coordinates alone. How can a chain of them bend all?",
        "They take turns: what one keeps, the next one changes. Each does little; look at the grid,"
        " which each bends in one direction only, until moons have become a round cloud.",
    ),
    Stop(
        "Where the bits go",
        "encode",
        "Read the terms from the top: bytes, logit, couplings, batch norms and prior.",
        "The prior of z costs some 2 bits for each number. Where does the rest come from?",
        "Couplings and batch norms stretch space where pictures are predictable, and every"
        " stretching lowers the cost by its log-det. What remains is −log₂ p(x), the density at"
        " this point: exact, and no bound.",
        {"source": "Example", "look": "Where the bits go"},
    ),
    Stop(
        "What each level holds",
        "multiscale",
        "Resample level 1, the finest, then the coarsest level alone.",
        "Which level holds who it is, and which the texture of the skin?",
        "Half of all numbers leave at the finest level, and redrawing them changes texture and"
        " little else. The few of the coarsest level decide shape, pose and colour.",
        {"show": "Resample", "resampled": [1], "variants": 16},
    ),
    Stop(
        "Throwing latents away",
        "multiscale",
        "Read each row from the left: all of the latent, a half, a quarter, and so on.",
        "What is left when a quarter of the latent is kept, and what at 6.25 %?",
        "What is thrown away is drawn anew, or set to 0, level by level from the finest. At a"
        " quarter it is still the same picture without its grain; at 6.25 % this small model keeps"
        " colours and pose, and little else. The paper calls it conceptual compression.",
        {"show": "Compress"},
    ),
    Stop(
        "From one to another",
        "interpolate",
        "Compare the linear with the spherical path, and look at the curve of the norm below.",
        "Why does the straight line look washed out in its middle?",
        "Its middle has too small a norm: latents of one temperature lie in a thin shell, and"
        " the straight line cuts through the empty inside. The spherical path stays in the shell.",
        {"view": "Path", "path": "linear"},
    ),
    Stop(
        "Directions that mean something",
        "directions",
        "Move one of the sliders to 3. Then read below the picture what else has moved.",
        "Can one attribute be changed alone, if nobody has told the model what an attribute is?",
        "Only in part. A direction is the difference of two means, and what went together in the"
        " data comes along. Orthogonalising frees it of what you name, not of the rest.",
    ),
    Stop(
        "Likely is not good",
        "likelihood",
        "Before you look at the numbers: which of these pictures should a good model find likely?",
        "What costs least of all, and why does that not make the model bad?",
        "A flat picture. Density is high where neighbours agree, wherever that is; nearly all"
        " pictures that are drawn come from elsewhere, as nearly all of the space is elsewhere.",
        {"likelihood": "Out of distribution"},
    ),
    Stop(
        "The model itself",
        "models",
        "Read what the model in use was trained on, and what its card says it cannot do.",
        "Whom has it seldom seen, and what would follow if somebody used it to judge people?",
        "It knows its data and no more: whoever is rare there is drawn badly and called unlikely."
        " Unlikely under this model says nothing about a person.",
    ),
)
