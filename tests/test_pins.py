"""Pinned latents survive their file; whatever else is in a file is refused in one line."""

import json
import random
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from flows import random_pictures
from safetensors.torch import load, save

from explorer.tray.pins import (
    DESCRIPTION,
    MAX_BYTES,
    MAX_LABELS,
    MAX_NAME,
    MAX_PINS,
    MAX_RECIPE,
    Pin,
    PinError,
    find_pin,
    free_name,
    from_bytes,
    short_name,
    to_bytes,
    with_pin,
)

RECIPE = {"from": "sample", "seed": 3, "temperature": 0.7}
IMAGE = random_pictures(1)[0]
Z = torch.randn(192, generator=torch.Generator().manual_seed(0))
LABELS = {
    "none": None,
    "class": torch.tensor(3),
    "attributes": torch.tensor([0.0, 1.0]),
    "attributes in part": torch.tensor([0.1, 1.0, 0.5]),
}


def pin(name: str = "nose", **changes: object) -> Pin:
    values = {"checkpoint": "tiny", "z": Z, "labels": None, "image": IMAGE, "recipe": RECIPE}
    return Pin(name, **(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", LABELS)
def test_a_pin_comes_back_from_its_file_to_the_last_bit(kind: str) -> None:
    labels = LABELS[kind]
    (found,) = from_bytes(to_bytes([pin('a "nose" ✂', labels=labels)]))
    assert (found.name, found.checkpoint, found.recipe) == ('a "nose" ✂', "tiny", RECIPE)
    assert torch.equal(found.z, Z)
    assert torch.equal(found.image, IMAGE)
    assert (found.labels is None) if labels is None else torch.equal(found.labels, labels)


def test_pins_keep_their_order() -> None:
    names = [f"pin {index}" for index in range(MAX_PINS)]
    assert [found.name for found in from_bytes(to_bytes([pin(name) for name in names]))] == names


def test_an_empty_tray_has_a_file_too() -> None:
    assert from_bytes(to_bytes([])) == []


def test_a_pin_does_not_keep_its_batch_in_memory() -> None:
    made = pin(z=torch.zeros(64, 192)[5], labels=torch.zeros(64, 5)[3])
    assert made.z.untyped_storage().nbytes() == 4 * 192
    assert made.labels is not None
    assert made.labels.untyped_storage().nbytes() == 4 * 5


def test_a_pin_gets_a_name_that_no_other_has() -> None:
    pins = with_pin(with_pin([pin()], pin()), pin())
    assert [made.name for made in pins] == ["nose", "nose (2)", "nose (3)"]
    long = free_name("x" * MAX_NAME, ["x" * MAX_NAME])
    assert len(long) == MAX_NAME
    assert long.endswith(" (2)")


def test_names_that_are_equal_in_a_file_are_told_apart() -> None:
    assert [found.name for found in from_bytes(to_bytes([pin(), pin()]))] == ["nose", "nose (2)"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "1 to 60"),
        ({"name": "x" * 61}, "1 to 60"),
        ({"name": "a\nb"}, "one line"),
        ({"name": "\u202ebackwards"}, "one line"),
        ({"checkpoint": ""}, "checkpoint"),
        ({"z": Z.double()}, "float64"),
        ({"z": Z[None]}, "float32"),
        ({"z": Z[:0]}, "float32"),
        ({"z": Z / 0}, "not finite"),
        ({"z": Z[:100]}, "for a latent of 100 values"),
        ({"image": IMAGE.float()}, "float32"),
        ({"image": IMAGE[None]}, "uint8"),
        ({"image": IMAGE.reshape(6, 4, 8)}, "6 × 4 × 8"),
        ({"labels": torch.tensor([3])}, "labels"),
        ({"labels": torch.tensor(-1)}, "labels"),
        ({"labels": torch.tensor([0.5, 1.001])}, "attributes from 0 to 1"),
        ({"labels": torch.tensor([0.5, -1e-9])}, "attributes from 0 to 1"),
        ({"labels": torch.tensor([0.5, float("nan")])}, "attributes from 0 to 1"),
        ({"labels": torch.tensor([0.5], dtype=torch.float64)}, "labels"),
        ({"labels": torch.tensor([])}, "labels"),
        ({"recipe": []}, "recipe"),
        ({"recipe": {"x": {1, 2}}}, "recipe"),
        ({"recipe": {"x": float("nan")}}, "recipe"),
        ({"recipe": {"x": "y" * 30_000}}, "recipe"),
    ],
)
def test_what_is_no_pin_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(PinError, match=message) as error:
        pin(**changes)  # type: ignore[arg-type]
    assert "\n" not in str(error.value)


def test_more_than_a_tray_holds_is_refused() -> None:
    with pytest.raises(PinError, match="holds 24"):
        to_bytes([pin()] * (MAX_PINS + 1))
    large = pin(z=torch.zeros(3 * 512 * 512), image=torch.zeros(3, 512, 512, dtype=torch.uint8))
    with pytest.raises(PinError, match="MB"):
        to_bytes([large] * 3)


def test_the_fullest_tray_can_be_opened_again() -> None:
    labels, recipe = torch.rand(MAX_LABELS), {"x": "\\" * (MAX_RECIPE // 2 - 10)}
    room = (MAX_BYTES - MAX_PINS * (2 * MAX_RECIPE + 2048)) // MAX_PINS - labels.nbytes
    side = int((room / 15) ** 0.5)
    image = torch.zeros(3, side, side, dtype=torch.uint8)
    full = pin(
        "x" * MAX_NAME, z=torch.zeros(3 * side**2), labels=labels, image=image, recipe=recipe
    )
    assert len(from_bytes(to_bytes([full] * MAX_PINS))) == MAX_PINS


def changed(change: Callable[[dict, dict], object]) -> bytes:
    """A good file with other tensors or another description."""
    good = to_bytes([pin()])
    tensors = load(good)
    length = int.from_bytes(good[:8], "little")
    described = json.loads(json.loads(good[8 : 8 + length])["__metadata__"][DESCRIPTION])
    change(tensors, described)
    return save(tensors, {DESCRIPTION: json.dumps(described)})


GOOD = to_bytes([pin(), pin("second", labels=torch.tensor(3))])
BAD_FILES = {
    "empty": b"",
    "no safetensors": b"PK\x03\x04" + bytes(100),
    "only a length": (2**63).to_bytes(8, "little"),
    "cut off": GOOD[:-10],
    "longer": GOOD + b"x",
    "of something else": save({"weight": torch.zeros(3)}),
    "of another version": changed(lambda tensors, described: described.update(format=2)),
    "without a list": changed(lambda tensors, described: described.update(pins="all")),
    "without names": changed(lambda tensors, described: described["pins"][0].pop("name")),
    "a name that is no text": changed(lambda tensors, d: d["pins"][0].update(name=[1])),
    "a pin too many": changed(lambda tensors, d: d["pins"].append(d["pins"][0])),
    "a thousand pins": changed(lambda tensors, d: d["pins"].extend(d["pins"] * 1000)),
    "no latent": changed(lambda tensors, described: tensors.pop("z.0")),
    "a half latent": changed(lambda tensors, described: tensors.update({"z.0": Z.half()})),
    "attributes beyond 1": changed(
        lambda tensors, d: tensors.update({"labels.0": torch.tensor([0.5, 2.0])})
    ),
    "not finite": changed(lambda tensors, described: tensors["z.0"].fill_(float("inf"))),
    "too large": bytes(MAX_BYTES + 1),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(PinError) as error:
        from_bytes(BAD_FILES[name])
    assert "\n" not in str(error.value)


def test_no_damage_raises_anything_else() -> None:
    dice = random.Random(0)
    header = 8 + int.from_bytes(GOOD[:8], "little")
    refused = 0
    for _ in range(600):
        data = bytearray(GOOD)
        for _ in range(dice.randint(1, 3)):
            at = dice.randrange(header if dice.random() < 0.8 else len(data))
            kind = dice.randrange(4)
            if kind == 0:
                data[at : at + 1] = dice.randbytes(1)
            elif kind == 1:
                data[at : at + 1] = dice.choice([b"9", b'"', b"{", b"]", b"\\", b"-", b"e", b"N"])
            elif kind == 2:
                del data[at : at + dice.randint(1, 40)]
            else:
                data[at:at] = dice.randbytes(dice.randint(1, 8))
        try:
            from_bytes(bytes(data))
        except PinError as error:
            assert "\n" not in str(error)  # noqa: PT017  most are refused, but not all need be
            refused += 1
    assert refused > 400


def test_a_long_name_is_cut_to_what_a_pin_may_have() -> None:
    assert short_name("nose") == "nose"
    assert short_name("n" * MAX_NAME) == "n" * MAX_NAME
    assert short_name("n" * (MAX_NAME + 1)) == "n" * (MAX_NAME - 1) + "…"


def test_a_latent_is_found_whatever_it_is_called() -> None:
    one = pin(name="one", labels=torch.tensor(3))
    assert find_pin([pin(), replace(one, name="other", recipe={})], one) is not None
    for changed in (
        {"labels": None},
        {"labels": torch.tensor(4)},
        {"z": one.z + 1},
        {"image": 255 - one.image},
        {"checkpoint": "another"},
    ):
        assert find_pin([replace(one, **changed)], one) is None
