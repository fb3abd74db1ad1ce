"""Pictures that a model was not made for: what they are, and that their costs add up."""

import io

import pytest
import torch
from flows import random_pictures, small_flow
from PIL import Image

from realnvp.explore.out_of_distribution import costs_of, out_of_distribution, png_bits
from realnvp.image_encoding import to_png
from realnvp.viz import to_rgb


@pytest.mark.parametrize(("channels", "side"), [(3, 8), (1, 14)])
def test_every_one_is_a_picture_of_the_same_shape(channels: int, side: int) -> None:
    image = random_pictures(1, channels, side)
    for name, pictures in out_of_distribution(image).items():
        assert pictures.shape == image.shape, name
        assert pictures.dtype == torch.uint8, name


def test_the_picture_comes_first_and_unchanged() -> None:
    image = random_pictures(1)
    name, first = next(iter(out_of_distribution(image).items()))
    assert name == "the picture"
    assert torch.equal(first, image)


def test_shuffles_keep_every_value() -> None:
    image = random_pictures(1, 3, 16)
    pictures = out_of_distribution(image, seed=1)
    for name in ("pixels shuffled", "blocks shuffled"):
        assert not torch.equal(pictures[name], image)
        colours = image.flatten(2)[0].T.tolist()
        assert sorted(pictures[name].flatten(2)[0].T.tolist()) == sorted(colours)


def test_a_shuffled_block_is_a_block_of_the_picture() -> None:
    image = random_pictures(1, 3, 16)
    block = out_of_distribution(image)["blocks shuffled"][0, :, 4:8, 8:12]
    squares = image[0].unfold(1, 4, 4).unfold(2, 4, 4).permute(1, 2, 0, 3, 4).reshape(-1, 3, 4, 4)
    assert any(torch.equal(block, square) for square in squares)


def test_inverting_and_turning_over_twice_gives_the_picture_back() -> None:
    image = random_pictures(1)
    for name in ("inverted", "upside down"):
        assert torch.equal(out_of_distribution(out_of_distribution(image)[name])[name], image)


def test_the_blur_is_the_mean_of_the_pixels_around() -> None:
    image = random_pictures(1, 3, 9)
    blurred = out_of_distribution(image)["blurred"]
    assert blurred[0, 1, 4, 4] == image[0, 1, 2:7, 2:7].double().mean().round()
    assert blurred[0, 2, 0, 0] == image[0, 2, :3, :3].double().mean().round()


def test_another_seed_is_other_noise() -> None:
    image = random_pictures(1)
    assert torch.equal(
        out_of_distribution(image, 1)["noise"], out_of_distribution(image, 1)["noise"]
    )
    assert not torch.equal(
        out_of_distribution(image, 1)["noise"], out_of_distribution(image, 2)["noise"]
    )


@pytest.mark.parametrize("conditional", [False, True])
def test_the_parts_add_up_to_the_bits_of_the_flow(conditional: bool) -> None:
    kind = {"label_kind": "class", "num_labels": 3} if conditional else {}
    flow = small_flow(double=True, **kind)
    images = torch.cat(list(out_of_distribution(random_pictures(1)).values()))
    labels = torch.arange(len(images)) % 3 if conditional else None
    costs = costs_of(flow, images, labels)
    assert costs.prior.shape == (len(images), 3)
    torch.testing.assert_close(costs.bits_per_dim, flow.bits_per_dim(images, labels))


def test_a_levels_prior_is_that_of_its_latents() -> None:
    flow = small_flow(double=True)
    images = random_pictures(2)
    costs = costs_of(flow, images)
    normal = torch.distributions.Normal(0.0, 1.0)
    for level, z in enumerate(flow.unpack(flow.encode(images))):
        bits = -normal.log_prob(z).flatten(1).sum(1) / torch.log(torch.tensor(2.0)) / flow.dim
        torch.testing.assert_close(costs.prior[:, level], bits, check_dtype=False)


@pytest.mark.parametrize("channels", [1, 3])
def test_the_png_that_is_counted_holds_the_picture(channels: int) -> None:
    image = random_pictures(1, channels)
    pixels = to_rgb(image)[0]
    file = to_png(pixels[:, :, 0] if channels == 1 else pixels)
    assert float(png_bits(image)) == 8 * len(file) / image.numel()
    with Image.open(io.BytesIO(file)) as opened:
        assert opened.mode == {1: "L", 3: "RGB"}[channels]


def test_noise_costs_png_more_than_a_flat_picture() -> None:
    pictures = out_of_distribution(random_pictures(1, 3, 32))
    assert float(png_bits(pictures["noise"])) > 8
    assert float(png_bits(pictures["grey"])) < 1
