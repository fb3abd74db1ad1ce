"""A trace is the flow itself, step by step; its numbers are those that the model computed with."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import torch
from flows import VARIANTS, random_pictures, small_flow

from realnvp import RealNVP
from realnvp.coupling import AffineCoupling
from realnvp.explore.bits_by_part import bits_by_part
from realnvp.explore.steps import KINDS, Step
from realnvp.explore.trace import latent_of, round_trip, trace, trace_back
from realnvp.explore.trace_numbers import find, log_dets, pixel, pixel_at
from realnvp.flow import dequantize, log_normal
from realnvp.inference import fold
from realnvp.transforms import NonFiniteError

COLOUR = "colour, 3 levels"
MODELS = {
    COLOUR: {},
    "grey 28x28 of classes": {
        "channels": 1,
        "image_size": (28, 28),
        "label_kind": "class",
        "num_labels": 3,
    },
    "2 levels, attributes": {"num_levels": 2, "label_kind": "attributes", "num_labels": 2},
    "4 levels": {"num_levels": 4, "image_size": (16, 16)},
    **{name: {"variant": variant} for name, variant in VARIANTS.items()},
}


@dataclass(frozen=True, eq=False)
class Walked:
    """A picture after a round trip."""

    flow: RealNVP
    image: torch.Tensor
    labels: torch.Tensor | None
    steps: list[Step]

    @property
    def there(self) -> list[Step]:
        return [step for step in self.steps if not step.back]

    @property
    def back(self) -> list[Step]:
        return [step for step in self.steps if step.back]


@cache
def walked(model: str, *, double: bool = False, folded: bool = False) -> Walked:
    """Once for all tests."""
    flow = small_flow(double=double, **MODELS[model])
    flow = fold(flow) if folded else flow
    config = flow.config
    image = random_pictures(1, config.channels, config.image_size[0])
    label = {"class": torch.tensor([1]), "attributes": torch.tensor([[1.0, 0.0]]), None: None}
    labels = label[config.label_kind]
    return Walked(flow, image, labels, round_trip(flow, image, labels))


@pytest.fixture(params=MODELS)
def model(request: pytest.FixtureRequest) -> str:
    return request.param


def couplings(steps: list[Step]) -> list[Step]:
    return [step for step in steps if step.kind == "coupling"]


@pytest.mark.parametrize("folded", [False, True])
def test_the_steps_are_encode_and_decode_to_the_last_bit(model: str, folded: bool) -> None:
    made = walked(model, folded=folded)
    z = made.flow.encode(made.image, made.labels)
    assert torch.equal(latent_of(made.flow, made.there), z)
    assert torch.equal(latent_of(made.flow, made.back), z)
    assert torch.equal(made.steps[-1].after.active, made.flow.decode(z, made.labels)[0])


def test_the_steps_are_encode_in_double_precision(model: str) -> None:
    made = walked(model, double=True)
    z = made.flow.encode(made.image, made.labels)
    torch.testing.assert_close(latent_of(made.flow, made.there), z, rtol=0, atol=1e-12)


def test_every_step_begins_where_the_one_before_ended(model: str) -> None:
    for first, second in pairwise(walked(model).steps):
        assert torch.equal(first.after.active, second.before.active)
        assert torch.equal(first.after.picture, second.before.picture)


def test_the_formula_of_a_step_gives_its_outcome(model: str) -> None:
    for step in couplings(walked(model).steps):
        assert step.factor is not None
        assert step.shift is not None
        x = step.before.active
        y = (x - step.shift) * step.factor if step.back else x * step.factor + step.shift
        assert torch.equal(y, step.after.active)


def test_log_dets_add_up_to_the_log_density(model: str) -> None:
    made = walked(model, double=True)
    x = dequantize(made.image, None).double()
    prior = log_normal(made.flow.encode(made.image, made.labels))
    total = sum(step.log_det for step in made.there)
    expected = float(made.flow.log_prob(x, made.labels) - prior)
    assert total == pytest.approx(expected, rel=1e-12)
    assert sum(step.log_det for step in made.back) == pytest.approx(-total, rel=1e-9)


def test_what_a_coupling_keeps_is_left_alone_to_the_last_bit(model: str) -> None:
    for step in couplings(walked(model).steps):
        assert step.kept is not None
        assert step.shift is not None
        assert step.log_scale is not None
        before, after = step.before.active[step.kept], step.after.active[step.kept]
        assert torch.equal(before, after)
        assert not step.shift[step.kept].any()
        assert not step.log_scale[step.kept].any()
        assert not torch.equal(step.before.active, step.after.active)


def test_the_log_det_of_a_coupling_is_that_of_its_jacobian() -> None:
    flow = small_flow(double=True, num_levels=2, image_size=(4, 4))
    for step in couplings(round_trip(flow, random_pictures(1, side=4))):
        transform = step.transform
        assert isinstance(transform, AffineCoupling)
        x = step.before.active.clone()

        def flat(
            v: torch.Tensor,
            transform: AffineCoupling = transform,
            shape: torch.Size = x.shape,
            back: bool = step.back,
        ) -> torch.Tensor:
            x = v.view(1, *shape)
            return (transform.inverse(x) if back else transform(x)[0]).flatten()

        jacobian = torch.autograd.functional.jacobian(flat, x.flatten())
        expected = float(torch.linalg.slogdet(jacobian).logabsdet)
        assert step.log_det == pytest.approx(expected, abs=1e-10)


def test_stretched_logarithms_add_up_to_the_log_det(model: str) -> None:
    for step in walked(model, double=True).steps:
        if step.log_scale is None:
            assert step.log_det == 0
        else:
            sign = -1 if step.back else 1
            whole = sign * float(step.log_scale.double().sum())
            assert step.log_det == pytest.approx(whole, rel=1e-9, abs=1e-9)


def test_steps_are_named_as_in_the_bits_by_part() -> None:
    made = walked(COLOUR)
    names = [step.name for step in made.there]
    terms = [
        e.name
        for e in bits_by_part(made.flow, made.image).terms
        if e.kind in ("coupling", "batch norm")
    ]
    assert [name for name in names if "coupling" in name or "norm" in name] == terms
    assert len(set(names)) == len(names)
    assert "level 1, ordered squeeze" in names  # two words
    assert {step.kind for step in made.there} == set(KINDS)


def test_the_way_back_has_the_same_steps(model: str) -> None:
    there, back = walked(model).there, walked(model).back
    assert [step.name for step in back] == [step.name for step in there][::-1]
    for first, second in zip(there, reversed(back), strict=True):
        assert torch.equal(first.before.places, second.after.places)
        assert torch.equal(first.after.places, second.before.places)
    assert torch.equal(back[-1].after.active, walked(model).image[0])


def test_a_variable_is_found_at_its_place(model: str) -> None:
    for step in walked(model).steps:
        for state in (step.before, step.after):
            assert torch.equal(state.picture.flatten()[state.places], state.active)


def test_a_split_lays_half_of_the_variables_down() -> None:
    made = walked(COLOUR)
    levels = made.flow.unpack(made.flow.encode(made.image))
    splits = [step for step in made.there if step.kind == "split"]
    for step, level in zip(splits, levels, strict=False):
        assert step.factored_out is not None
        assert torch.equal(step.factored_out, level[0])
        assert len(step.after.active) == len(step.factored_out) == len(step.before.active) // 2
        assert torch.equal(step.before.picture, step.after.picture)


def test_the_numbers_of_a_pixel_satisfy_the_formula_exactly(model: str) -> None:
    seen = set()
    for step in couplings(walked(model, folded=True).steps):
        for variable in pixel(step, 3, 4):
            seen.add(variable.fate)
            before, after = np.float32(variable.before), np.float32(variable.after)
            if variable.fate != "changed":
                assert before == after
                continue
            assert variable.factor is not None
            assert variable.shift is not None
            factor, shift = np.float32(variable.factor), np.float32(variable.shift)
            y = (before - shift) * factor if step.back else before * factor + shift
            assert y == after
    assert {"changed", "kept"} <= seen


def test_the_numbers_of_a_batch_norm_satisfy_its_formula() -> None:
    steps = walked(COLOUR, double=True).steps
    variables = [(v, s) for s in steps if s.kind == "batch norm" for v in pixel(s, 2, 1)]
    changed = [(v, step) for v, step in variables if v.fate == "changed"]
    assert changed
    for v, step in changed:
        assert v.mean is not None
        assert v.factor is not None
        y = v.before * v.factor + v.mean if step.back else (v.before - v.mean) * v.factor
        assert v.after == pytest.approx(y, abs=1e-12)


def test_a_pixel_is_followed_through_the_tensor() -> None:
    for step in walked(COLOUR).there:
        for variable in pixel(step, 5, 2):
            at = variable.moved[0]
            if at is None:
                assert variable.fate == "factored out"
            else:
                assert pixel_at(step.before, *at) == (5, 2)
                assert float(step.before.active[at]) == variable.before
    assert find(step.after, 0) == (0, 0, 0)


@pytest.mark.parametrize("unit", ["nats", "bits"])
def test_log_dets_as_shown_add_up_at_every_step(unit: str) -> None:
    steps = walked(COLOUR).steps
    shown = log_dets(steps, unit)
    total = Decimal(0)
    for step, (value, so_far) in zip(steps, shown, strict=True):
        total += value
        assert so_far == total
        exact = step.log_det / (np.log(2) if unit == "bits" else 1)
        assert abs(float(value) - exact) < 0.1
    middle = [so_far for step, (_, so_far) in zip(steps, shown, strict=True) if not step.back][-1]
    exact = sum(step.log_det for step in steps if not step.back)
    assert abs(float(middle) - exact / (np.log(2) if unit == "bits" else 1)) <= 0.05
    assert abs(total) <= Decimal("0.1")


def test_a_value_that_is_not_finite_names_its_step() -> None:
    flow = small_flow()
    with pytest.raises(NonFiniteError, match="the latent itself"):
        trace_back(flow, torch.full((1, flow.dim), torch.nan))
    coupling = next(m for m in flow.modules() if isinstance(m, AffineCoupling))
    coupling.max_log_scale.fill_(torch.inf)
    with pytest.raises(NonFiniteError, match="level 1, coupling 1"):
        trace(flow, random_pictures(1))
