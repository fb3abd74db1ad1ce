"""A picture costs the same bits/dim on every page that shows it; what is below 0 is explained."""

import re
from pathlib import Path

import pytest
import torch
from app_pages import figure, metric, open_page, sent
from flows import small_flow
from small_baselines import save_families
from streamlit.testing.v1 import AppTest

from explorer.tray.pins import Pin
from explorer.ui.bits import BELOW_ZERO
from explorer.ui.compare.digit import difference_in_words
from realnvp import RealNVP
from realnvp.checkpoint import load, save
from realnvp.explore.frames import frames_of
from realnvp.explore.typical import cooling
from realnvp.numerals import numeral

QUANTILES = [6.0 + 0.05 * k for k in range(101)]


pytestmark = pytest.mark.usefixtures("checkpoints")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    save(small_flow(), folder / "tiny", {"test_quantiles": QUANTILES})
    return folder


@pytest.fixture
def latent() -> Pin:
    """The first sample of seed 3: its picture is rounded to bytes, its latent is not."""
    flow = small_flow()
    z = flow.draw(1, 0.7, torch.Generator().manual_seed(3))
    return Pin("mine", "tiny", z[0], None, flow.decode(z)[0], {"from": "sample", "seed": 3})


def open_with(pin: Pin, name: str, **query: str) -> AppTest:
    app = open_page(name, pin, **query)
    assert not app.exception
    return app


def captions(app: AppTest) -> str:
    return "\n".join(caption.value for caption in app.caption)


def texts(app: AppTest) -> str:
    return "\n".join([captions(app), *(text.value for text in app.markdown)])


def test_the_same_latent_costs_the_same_on_every_page(latent: Pin) -> None:
    flow = small_flow()
    cost = numeral(float(flow.bits_per_dim(latent.image[None])))
    point = numeral(float(flow.bits_per_dim_of_latents(latent.z[None])))
    assert cost != point  # or this would prove nothing

    encode = open_with(latent, "encode.py", source="Tray")
    assert metric(encode, "Bits/dim") == cost
    path = open_with(latent, "interpolate.py", view="Path", a_from="Tray")
    assert figure(path, "frames on a")["titles"][0].endswith(f"{cost} bits/dim")
    pad = open_with(latent, "interpolate.py", view="Pad", over="a plane", a_from="Tray")
    assert f"{cost} bits/dim." in texts(pad)
    likelihood = open_with(latent, "likelihood.py", source="Tray", likelihood="Out of distribution")
    assert cost in list(likelihood.dataframe[0].value["bits/dim"])

    short = numeral(float(flow.bits_per_dim(latent.image[None])), ".2f")
    sample = open_page("sample.py", seed="3", temperature="0.7", bits="true")
    assert figure(sample, "samples at temperature")["labels"][0] == short
    typical = open_with(
        latent, "likelihood.py", likelihood="Typical set", temperature="0.7", seed="3"
    )
    assert figure(typical, "The mode and")["labels"][1] == short


def test_frames_cost_what_their_pictures_do() -> None:
    flow = small_flow()
    z = flow.draw(3, 1.0, torch.Generator().manual_seed(0))
    frames = frames_of(flow, z)
    assert torch.equal(frames.bits_per_dim, flow.bits_per_dim(flow.decode(z)))
    cooled = cooling(flow, 3, 0, temperatures=[0.0, 1.0])
    torch.testing.assert_close(cooled.bits_per_dim[1], frames.bits_per_dim)


def test_under_noise_a_digit_costs_the_same_on_compare_and_on_encode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(tmp_path / "families"))
    save_families(tmp_path / "families")
    flow = load("numerals")
    z = flow.draw(1, 0.7, torch.Generator().manual_seed(3))
    pin = Pin("digit", "numerals", z[0], None, flow.decode(z)[0], {})
    compare = open_with(pin, "compare.py", look="Exact likelihood", a_from="Tray")
    table = compare.table[1].value
    assert table["what it is"][0] == "of a density, under noise: a bound"
    encode = open_with(pin, "encode.py", source="Tray", look="Noise")
    noisy = metric(encode, "Bits/dim, mean over 32 draws of noise")
    assert noisy.partition(" ±")[0] == table[table.columns[1]][0]


def test_bytes_that_differ_are_counted_and_only_they_are_averaged() -> None:
    image = torch.zeros(1, 1, 2, 5, dtype=torch.uint8)
    back = image.clone()
    assert difference_in_words(back, image) == "no byte differs"
    back[0, 0, 0, 0] = 4
    assert difference_in_words(back, image) == "1 of 10 byte differs, by 4.0 of 255 on average"
    back[0, 0, 1, 3] = 6
    assert difference_in_words(back, image) == "2 of 10 bytes differ, by 5.0 of 255 on average"
    assert difference_in_words(image, back) == difference_in_words(back, image)


@pytest.mark.parametrize(
    ("name", "query", "seen"),
    [
        ("sample.py", {"bits": "true"}, r"−0\.25 bits/dim on average, from −0\.25 to −0\.25"),
        ("interpolate.py", {"view": "Path"}, r"Frame 1: .* −0\.250 bits/dim"),
        ("interpolate.py", {"view": "Pad"}, r"−0\.250 bits/dim"),
        ("likelihood.py", {"likelihood": "Typical set"}, r"−0\.25"),
        ("likelihood.py", {"likelihood": "Histogram"}, r"−0\.25"),
    ],
)
def test_bits_below_zero_are_explained_where_they_are_shown(
    name: str, query: dict[str, str], seen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert BELOW_ZERO not in captions(open_page(name, **query))

    def negative(flow: RealNVP, images: torch.Tensor, *_: object) -> torch.Tensor:
        return torch.full((len(images),), -0.25, dtype=torch.float64)

    monkeypatch.setattr(RealNVP, "bits_per_dim", negative)
    # What is remembered of a flow was measured before.
    app = open_page(name, **query, seed="8", a_seed="8")
    assert not app.exception
    assert BELOW_ZERO in captions(app)
    assert re.search(seen, texts(app) + str(sent(app)))


def test_a_picture_below_zero_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    assert BELOW_ZERO not in captions(open_page("encode.py"))
    negative = torch.tensor([-0.25], dtype=torch.float64)
    monkeypatch.setattr("realnvp.explore.one_pass.bits_per_dim", lambda *_: negative)
    app = open_page("encode.py", example="sample 2")  # of the first it is known by now
    assert metric(app, "Bits/dim") == "−0.250"
    assert BELOW_ZERO in captions(app)
