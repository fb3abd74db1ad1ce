"""Samples at several temperatures against test pictures, with a floor and a ceiling."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from realnvp.data import ImageSet
from realnvp.default_temperature import in_words
from realnvp.flow import RealNVP
from realnvp.looks.frechet import frechet_distance
from realnvp.looks.neighbours import precision_and_recall
from realnvp.looks.net import FeatureNet, Seen
from realnvp.looks.parts import SEED, compared, kept_from_net

BATCH = 250  # samples between two calls of `progress`


@dataclass(frozen=True)
class Look:
    """How much some pictures look like test pictures.

    Args:
        what: "T = 0.7", "real pictures" or "noise".
        distance: the Fréchet distance of the features.
        precision: share of them that lie among test pictures.
        recall: share of test pictures that lie among them.
    """

    what: str
    distance: float
    precision: float
    recall: float


def looks(
    flow: RealNVP,
    net: FeatureNet,
    data: ImageSet,
    temperatures: Sequence[float | Sequence[float]],
    labels: Tensor | None = None,
    *,
    progress: Callable[[int], object] = lambda done: None,
) -> Iterator[Look]:
    """Real pictures first, which are the floor, then every temperature, then noise, the ceiling.

    All are as many as there are `compared` test pictures, for the distance depends on the number.
    Samples have one seed and so the same noise at every temperature, and the labels of the test
    pictures, so that they hold as much of each class.

    Args:
        data: at the flow's size.
        temperatures: one for all levels, or one for each, finest first.
        labels: of the whole test part, as the flow takes them.
        progress: told how many more samples are done.
    """
    rows = compared(data)
    real = net.see(torch.from_numpy(data.test[rows]))
    wanted = None if labels is None else labels[torch.from_numpy(rows)]

    def look(what: str, seen: Seen) -> Look:
        shares = precision_and_recall(standardized(real, real), standardized(seen, real))
        return Look(what, frechet_distance(real.last, seen.last), *shares)

    yield look("real pictures", net.see(torch.from_numpy(data.train[kept_from_net(data)])))
    for temperature in temperatures:
        z = flow.draw(len(rows), temperature, torch.Generator().manual_seed(SEED))
        parts = []
        for part in torch.arange(len(z)).split(BATCH):
            images = flow.decode(z[part], None if wanted is None else wanted[part])
            parts.append(images)
            progress(len(part))
        yield look(f"T = {in_words(_plain(temperature))}", net.see(torch.cat(parts)))
    shape, noise = (len(rows), *data.test.shape[1:]), torch.Generator().manual_seed(SEED)
    yield look("noise", net.see(torch.randint(256, shape, generator=noise).byte()))


def standardized(seen: Seen, real: Seen) -> Tensor:
    """What precision and recall look at, (N, L + P): `layers` beside `places`.

    The last features alone will not do: noise lies in the middle of them, and where an eye is they
    do not tell. Each is in standard deviations of real pictures, and both halves weigh the same.
    """
    halves = []
    for own, theirs in ((seen.layers, real.layers), (seen.places, real.places)):
        spread = theirs.double().std(0)
        counts = spread > 1e-3 * spread.max()  # what never changes says nothing
        scaled = (own.double() - theirs.double().mean(0))[:, counts] / spread[counts]
        halves.append(scaled / counts.sum().clamp_min(1).sqrt())
    return torch.cat(halves, dim=1)


def _plain(temperature: float | Sequence[float]) -> float | tuple[float, ...]:
    is_one = isinstance(temperature, float | int)
    return float(temperature) if is_one else tuple(temperature)  # type: ignore[arg-type]
