"""What the lesson says is true of the model that it is said of."""

import pytest
import torch
from torch import Tensor

import realnvp
from explorer.examples import stored_examples
from explorer.ui.lesson import STOPS, text_of
from explorer.ui.lesson.votes import VOTES, vote_of
from realnvp import RealNVP
from realnvp.explore.bits_by_part import bits_by_part
from realnvp.explore.compression import kept_per_level
from realnvp.explore.out_of_distribution import out_of_distribution
from realnvp.explore.report import bits_over_noise
from realnvp.fitting import fit
from realnvp.toy.curve import Curve

SEEDS = 16


@pytest.fixture(scope="module")
def flow() -> RealNVP:
    """The model of the lesson."""
    return realnvp.load(STOPS[0].checkpoint).eval().requires_grad_(False)


@pytest.fixture(scope="module")
def images(flow: RealNVP) -> Tensor:
    """Its examples, uint8 (n, C, H, W)."""
    pictures = stored_examples(STOPS[0].checkpoint).values()
    size, channels = flow.config.image_size, flow.config.channels
    return torch.cat([fit(picture.pixels, size, channels)[0] for picture in pictures])


def noise() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_at_temperature_0_all_are_the_same_and_variety_grows_with_it(flow: RealNVP) -> None:
    drawn = [flow.sample(SEEDS, t, noise()).float() for t in (0.0, 0.4, 0.7, 1.0)]
    assert (drawn[0] == drawn[0][:1]).all()
    variety = [float(some.std(0).mean()) for some in drawn]
    assert variety == sorted(variety)
    assert variety[1] > 0


def test_every_picture_comes_back_whatever_it_shows(flow: RealNVP, images: Tensor) -> None:
    strange = torch.cat(list(out_of_distribution(images[:1]).values()))
    both = torch.cat([images, strange])
    assert torch.equal(flow.decode(flow.encode(both)), both)


def test_numbers_of_the_notes_are_those_of_the_model(flow: RealNVP) -> None:
    assert flow.dim == 3072
    assert [shape[0] * shape[1] * shape[2] for shape in flow.shapes()] == [1536, 768, 768]
    assert 855_000 < flow.card["parameters"] < 865_000
    assert round(float(flow.card["test_bits_per_dim"]), 2) == 3.64
    assert [float(kept) for kept in kept_per_level(flow, 0.25)] == [0, 0, 1]


def test_dequantization_costs_a_little_at_every_draw(flow: RealNVP, images: Tensor) -> None:
    for image in images.split(1):
        assert (bits_over_noise(flow, image) > flow.bits_per_dim(image)).all()


def test_the_prior_costs_some_2_bits_and_the_flow_saves_the_rest(
    flow: RealNVP, images: Tensor
) -> None:
    parts = bits_by_part(flow, images)
    bits = {kind: torch.zeros(len(images)).double() for kind in ("prior", "coupling", "batch norm")}
    for term, values in zip(parts.terms, parts.bits_per_dim.T, strict=True):
        if term.kind in bits:
            bits[term.kind] += values
    assert 1.5 < float(bits["prior"].mean()) < 2.6
    assert (bits["coupling"] < 0).all()
    assert (bits["batch norm"] < 0).all()


def test_the_straight_line_goes_where_no_latents_are(flow: RealNVP) -> None:
    a, b = flow.draw(2, 1.0, noise()).split(1)
    shorter = float(((a + b) / 2).norm() / a.norm())
    assert 0.6 < shorter < 0.8


def test_a_flat_picture_costs_least(flow: RealNVP, images: Tensor) -> None:
    for image in images.split(1):
        odd = out_of_distribution(image)
        bits = dict(zip(odd, flow.bits_per_dim(torch.cat(list(odd.values()))), strict=True))
        cheapest = min(bits, key=lambda name: float(bits[name]))
        assert cheapest in ("black", "grey", "white", "its mean colour")
        assert bits[cheapest] < bits["the picture"]


def test_every_vote_has_answers_and_one_of_them_is_right() -> None:
    assert [stop.key for stop in STOPS if vote_of(stop) is not None] == list(VOTES)
    assert len(VOTES) >= 4
    for vote in VOTES.values():
        assert 2 <= vote.options <= 4
        assert 0 <= vote.right < vote.options
        assert len(vote.pictures) in (0, vote.options)


def right(key: str) -> str:
    """The answer that a vote calls right."""
    vote = text_of("en").stops[key].vote
    assert vote is not None
    return vote.answers[VOTES[key].right]


def test_votes_on_temperature_and_round_trip_are_right(flow: RealNVP, images: Tensor) -> None:
    cold = flow.sample(SEEDS, 0.0, noise())
    assert right("samples") == str(len(cold.unique(dim=0)))
    strange = torch.cat(list(out_of_distribution(images[:1]).values()))
    assert right("round_trip") == "To the last byte"
    assert torch.equal(flow.decode(flow.encode(strange)), strange)


def test_a_steeper_curve_makes_the_density_as_many_times_as_high() -> None:
    x = torch.zeros((), dtype=torch.float64)
    one, steeper = (Curve(1.0, slope, 0.0) for slope in (1.0, 4.0))
    torch.testing.assert_close(one.forward(x)[0], steeper.forward(x)[0])
    times = float((steeper.log_prob(x) - one.log_prob(x)).exp())
    assert right("slope") == f"{times:.0f} times as high"


def test_the_finest_level_is_texture(flow: RealNVP, images: Tensor) -> None:
    assert right("levels") == "Fine texture"
    z = flow.encode(images)
    mean = torch.nn.functional.avg_pool2d
    changes = []
    for level in (0, -1):
        parts = [part.clone() for part in flow.unpack(z)]
        parts[level] = flow.unpack(flow.draw(len(images), 0.7, noise()))[level]
        drawn = flow.decode(flow.pack(parts)).float()
        fine, coarse = (drawn - images.float(), mean(drawn - images.float(), 8))
        changes.append(float(coarse.square().mean() / fine.square().mean()))
    # Of what the finest changes little is left in means over 8 x 8 pixels.
    assert changes[0] < changes[1] / 2


def test_the_middle_of_a_straight_line_is_shorter(flow: RealNVP) -> None:
    assert right("paths") == "Shorter"
    a, b = flow.draw(2, 1.0, noise()).split(1)
    assert float(((a + b) / 2).norm()) < 0.8 * min(float(a.norm()), float(b.norm()))


def test_what_is_voted_to_cost_least_does(flow: RealNVP, images: Tensor) -> None:
    vote = VOTES["likelihood"]
    for image in images.split(1):
        odd = out_of_distribution(image)
        bits = flow.bits_per_dim(torch.cat([odd[name] for name in vote.pictures]))
        assert int(bits.argmin()) == vote.right
