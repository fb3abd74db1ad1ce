"""Training learns, repeats, stops and goes on; what it saves is the averaged model, calibrated."""

import json
import math
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from flows import random_pictures, randomized, small_flow
from safetensors import safe_open
from safetensors.torch import save_file
from small_runs import MODEL, SHORT, data, log_of, run, stripes

from realnvp import ConfigError, ModelConfig, NonFiniteError, TrainConfig, load_folder
from realnvp.coupling import FlowBatchNorm
from realnvp.data import ImageSet
from realnvp.flow import RealNVP, dequantize
from realnvp.training import Run, loop, make_optimizer, precision, reports, train_step
from realnvp.training.average import AveragedFlow, recalibrate
from realnvp.training.exactness import Exactness, exactness
from realnvp.training.loop import REPORT_SHARE
from realnvp.training.progress import MEASURING, SAVING, TRAINING, phase_of
from realnvp.training.start import load_matching
from realnvp.training.state import STATE, Clock, StateError
from realnvp.training.step import learning_rate_at


def weights_of(folder: Path) -> dict[str, torch.Tensor]:
    return load_folder(folder / "best").state_dict()


@pytest.fixture(autouse=True, scope="module")
def _short_reports() -> Iterator[None]:
    """Calibrate on few pictures, and measure no exactness: most of the time would go there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reports, "RECALIBRATION_IMAGES", 256)
        patch.setattr(reports, "exactness", lambda flow: Exactness(1e-5, 0.0))
        yield


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of `SHORT` that is over; no test may change it."""
    folder = tmp_path_factory.mktemp("finished")
    run(folder).train()
    return folder


@pytest.fixture
def over(finished: Path, tmp_path: Path) -> Path:
    """A copy of it, which a test may change."""
    return shutil.copytree(finished, tmp_path / "over")


def test_a_run_lowers_bits_per_dim_and_keeps_the_best(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "exactness", exactness)
    monkeypatch.setattr(loop, "NUM_REPORTS", 6)
    config = TrainConfig(
        steps=60, batch_size=32, validation=64, warmup_steps=5, learning_rate=1e-2, bf16=False
    )
    Run(tmp_path, data(n=1500), MODEL, config, "cpu").train()
    log = log_of(tmp_path)
    held_out = [line["validation_bits_per_dim"] for line in log]
    assert held_out[-1] < held_out[0] - 0.5
    best = load_folder(tmp_path / "best")
    assert best.card["training"]["validation_bits_per_dim"] == min(held_out)
    bits = best.bits_per_dim(torch.from_numpy(stripes(32, 1))).mean()
    assert float(bits) == pytest.approx(min(held_out), abs=0.3)
    assert len(list((tmp_path / "samples").glob("*.png"))) == len(log)


@pytest.mark.parametrize(
    ("errors", "best"),
    [
        ([1e-5] * 8, 7),
        ([1e-6, 1e-5, 4e-5, 6e-5, 9e-5, 5.1e-5, 8e-5, 9.9e-5], 7),  # all pass: no luck decides
        ([1e-6, 1e-5, 9.9e-5, 2e-4, 2e-4, 2e-4, 2e-4, 2e-4], 2),
        ([1e-5, 1e-5, 1e-5, 2e-4, 2e-4, 2e-4, 2e-4, math.inf], 2),  # fits better, less exact
        ([2e-4, 2e-4, 1e-5, math.inf, 2e-4, 2e-4, 2e-4, 2e-4], 2),
        ([2e-4] * 8, 7),  # none does: the best of those there are
        ([2e-4, 1.5e-4, 1.2e-4, 1.2e-4, 2e-4, 2e-4, 2e-4, 2e-4], 3),  # and nearest to it
    ],
)
def test_the_best_has_an_exact_round_trip(
    errors: list[float], best: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter(errors)
    monkeypatch.setattr(reports, "exactness", lambda flow: Exactness(next(left), 0.0))
    monkeypatch.setattr(reports, "RECALIBRATION_IMAGES", 2048)  # so that each report fits better
    config = replace(SHORT, steps=8, learning_rate=1e-2)
    Run(tmp_path, data(n=1500), MODEL, config, "cpu").train()
    log = log_of(tmp_path)
    held_out = [line["validation_bits_per_dim"] for line in log]
    assert held_out == sorted(held_out, reverse=True)
    training = load_folder(tmp_path / "best").card["training"]
    assert training["validation_bits_per_dim"] == held_out[best]
    assert training["round_trip_logits"] == errors[best]
    newest = load_folder(tmp_path / "last").card["training"]
    assert newest["step"] == 8
    assert newest["round_trip_logits"] == errors[-1]


@pytest.mark.parametrize("budget", [{"minutes": 32 / 60}, {"steps": 32}])
def test_a_run_of_minutes_looks_at_itself_for_a_part_of_them_only(
    budget: dict[str, float], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(10_000))
    clock = SimpleNamespace(monotonic=lambda: float(next(seconds)))  # a step takes a second
    monkeypatch.setattr("realnvp.training.loop.time", clock)
    config = replace(SHORT, **({"steps": None} | budget))
    trained = run(tmp_path, config)
    reported: list[float] = []

    def report(flow: RealNVP, clock: Clock, *_: object) -> None:
        reported.append(clock.step)
        trained.reports.seconds += 1.0

    monkeypatch.setattr(trained.reports, "report", report)
    trained.train()
    assert reported[-1] == trained.clock.step == 32
    sixteenths = list(range(2, 33, 2))
    if "steps" in budget:  # the same wherever it runs
        assert reported == sixteenths
    else:
        assert set(reported) < set(sixteenths)
        for before, step in enumerate(reported[:-1]):
            assert before == 0 or before + 1 <= REPORT_SHARE * step
        assert len(reported) > 3


def test_a_run_says_what_it_is_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    for module in ("loop", "reports"):
        monkeypatch.setattr(f"realnvp.training.{module}.enter", lambda _, phase: said.append(phase))
    run(tmp_path).train()
    assert said == [TRAINING, *[MEASURING, SAVING, TRAINING] * SHORT.steps, SAVING]


def test_a_run_that_is_over_was_saving_last(finished: Path) -> None:
    assert phase_of(finished) == SAVING


@pytest.mark.parametrize(
    ("half", "faster", "passes"), [(0.5, True, 6), (2.0, False, 6), (9, False, 2)]
)
def test_the_faster_precision_is_taken_and_a_plain_case_is_timed_once(
    half: float, faster: bool, passes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, timed = 0.0, 0
    flow = small_flow().requires_grad_(True)

    def log_prob(x: torch.Tensor, labels: torch.Tensor | None) -> torch.Tensor:
        nonlocal now, timed
        timed += 1
        now += half if torch.is_autocast_enabled("cpu") else 1.0
        return RealNVP.log_prob(flow, x, labels)

    monkeypatch.setattr(flow, "log_prob", log_prob)
    monkeypatch.setattr(precision, "time", SimpleNamespace(perf_counter=lambda: now))
    assert precision.bf16_is_faster(flow, random_pictures(2)) == faster
    assert timed == passes


def test_errors_of_log_p_that_pass_do_not_choose_the_best(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter([1e-7, 4e-6, 9e-6, 2e-5, 5.1e-6, 8e-6, 9.9e-6, 1.1e-5])
    monkeypatch.setattr(reports, "exactness", lambda flow: Exactness(1e-5, next(left)))
    Run(tmp_path, data(n=1500), MODEL, replace(SHORT, steps=8, learning_rate=1e-2), "cpu").train()
    held_out = [line["validation_bits_per_dim"] for line in log_of(tmp_path)]
    training = load_folder(tmp_path / "best").card["training"]
    assert training["validation_bits_per_dim"] == held_out[6]


def test_the_same_seed_gives_the_same_weights(finished: Path, tmp_path: Path) -> None:
    run(tmp_path).train()
    first, again = weights_of(finished), weights_of(tmp_path)
    assert all(torch.equal(first[name], again[name]) for name in first)


def test_a_conditional_model_trains_on_its_labels(tmp_path: Path) -> None:
    model = ModelConfig(
        channels=1, image_size=(4, 4), num_levels=2, width=4, label_kind="class", num_labels=2
    )
    run(tmp_path, model=model).train()
    flow = load_folder(tmp_path / "best")
    z = flow.draw(1, 1.0, torch.Generator().manual_seed(0))
    first, second = (flow.inverse(z, torch.tensor([label])) for label in (0, 1))
    assert not torch.equal(first, second)


@pytest.mark.parametrize("optimizer", ["adam", "soap"])
def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path, optimizer: str) -> None:
    config = TrainConfig(minutes=5, batch_size=16, validation=16, bf16=False, optimizer=optimizer)
    stopped = run(tmp_path, config)
    update = stopped.average.update

    def stop_after_three(flow: RealNVP, step: int) -> None:
        update(flow, step)
        if step == 3:
            os.kill(os.getpid(), signal.SIGINT)

    stopped.average.update = stop_after_three
    stopped.train()
    steps = stopped.clock.step
    assert steps == 3

    resumed = run(tmp_path, config)
    assert resumed.clock.step == steps
    assert resumed.clock.seconds == pytest.approx(stopped.clock.seconds)
    before, after = stopped.flow.state_dict(), resumed.flow.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    for one, other in zip(stopped.flow.parameters(), resumed.flow.parameters(), strict=True):
        before, after = stopped.optimizer.state[one], resumed.optimizer.state[other]
        assert before.keys() == after.keys()
        assert all(torch.equal(before[name], after[name]) for name in before)
    assert torch.equal(stopped.generator.get_state(), resumed.generator.get_state())
    # Windows lets nobody replace a file that is mapped.
    maps = Path("/proc/self/maps")
    assert not (maps.exists() and str(tmp_path / STATE) in maps.read_text())
    resumed.save()


def test_a_run_can_start_from_another_ones_weights(finished: Path, tmp_path: Path) -> None:
    first = load_folder(finished / "best")
    again = Run(tmp_path, data(), MODEL, SHORT, "cpu", first)
    before, after = first.state_dict(), again.flow.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_run_of_larger_pictures_can_start_from_smaller_ones(tmp_path: Path) -> None:
    start = small_flow(channels=1, image_size=(4, 4), num_levels=2)
    changes = {"image_size": (8, 8), "num_levels": 3, "num_blocks": 1}
    larger = replace(MODEL, label_kind="class", num_labels=2, **changes)
    torch.manual_seed(SHORT.seed)
    fresh = RealNVP(larger).state_dict()
    flow = RealNVP(larger)
    load_matching(flow, start)
    known, own = start.state_dict(), flow.state_dict()
    finest = [name for name in known if name.startswith("multiscale.levels.0.")]
    assert finest
    assert all(torch.equal(own[name], known[name]) for name in finest)
    assert all(own[name].shape == value.shape for name, value in fresh.items())
    images = [part.repeat(2, axis=2).repeat(2, axis=3) for part in (stripes(64), stripes(32, 1))]
    classes = np.arange(64) % 2, np.arange(32) % 2
    Run(
        tmp_path, ImageSet("large", *images, *classes, ("a", "b")), larger, SHORT, "cpu", start
    ).train()


def test_nothing_to_start_from_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="shares no convolution"):
        Run(tmp_path, data(), MODEL, SHORT, "cpu", small_flow(width=8))


def test_signals_are_as_before_once_a_run_is_over(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    run(tmp_path, replace(SHORT, steps=1)).train()
    assert signal.getsignal(signal.SIGINT) is before


def test_a_run_refuses_to_go_on_under_other_settings(finished: Path) -> None:
    with pytest.raises(StateError, match=r"another train$"):
        run(finished, TrainConfig(steps=20, batch_size=16, validation=16, bf16=False))


def changed(images: np.ndarray) -> np.ndarray:
    images = images.copy()
    images[-1, 0, 0, 0] ^= 1
    return images


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda images: images[:-1], "128 then, 127 now"),
        (lambda images: np.concatenate([images, images[:5]]), "128 then, 133 now"),
        (changed, "as many, but not the same"),
        (lambda images: images[::-1], "as many, but not the same"),
    ],
    ids=["one less", "five more", "one bit", "another order"],
)
def test_a_run_refuses_to_go_on_with_other_images(
    change: Callable[[np.ndarray], np.ndarray], told: str, over: Path
) -> None:
    before = (over / STATE).read_bytes()
    other = replace(data(), train=change(data().train))
    with pytest.raises(StateError, match=rf"other training images \({told}.*another --name$"):
        Run(over, other, MODEL, SHORT, "cpu")
    assert (over / STATE).read_bytes() == before
    assert run(over).clock.step == SHORT.steps


def test_labels_count_only_where_the_model_is_conditioned_on_them(tmp_path: Path) -> None:
    conditional = replace(MODEL, label_kind="class", num_labels=2, label_names=("a", "b"))
    labelled = data(labels=True)
    other = replace(labelled, train_labels=1 - labelled.train_labels)
    for name, model in (("conditional", conditional), ("unconditional", MODEL)):
        Run(tmp_path / name, labelled, model, SHORT, "cpu").train()
    with pytest.raises(StateError, match="or with other labels"):
        Run(tmp_path / "conditional", other, conditional, SHORT, "cpu")
    Run(tmp_path / "unconditional", other, MODEL, SHORT, "cpu")


def test_test_images_may_change_under_a_run(over: Path) -> None:
    other = replace(data(), test=stripes(8, 5))
    assert Run(over, other, MODEL, SHORT, "cpu").clock.step == SHORT.steps


def test_a_run_from_before_an_option_goes_on_with_its_default(over: Path) -> None:
    with safe_open(over / STATE, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        metadata = file.metadata()
    settings = json.loads(metadata["settings"])
    del settings["train"]["inverse_penalty"], settings["images"]
    save_file(tensors, over / STATE, metadata | {"settings": json.dumps(settings)})
    assert run(over).clock.step == SHORT.steps
    with pytest.raises(StateError, match=r"another train$"):
        run(over, replace(SHORT, inverse_penalty=5.0))


def test_a_damaged_state_is_one_line(over: Path) -> None:
    state = over / STATE
    state.write_bytes(state.read_bytes()[:1000])
    with pytest.raises(StateError, match="damaged"):
        run(over)


def test_a_state_that_lacks_a_part_is_one_line(over: Path) -> None:
    with safe_open(over / STATE, framework="pt") as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    for name in ("generator", next(name for name in tensors if name.startswith("average."))):
        fewer = {key: value for key, value in tensors.items() if key != name}
        save_file(fewer, over / STATE, metadata)
        with pytest.raises(StateError, match="lacks a part"):
            run(over)


def test_what_is_not_finite_is_not_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []

    def step(flow: RealNVP, *args: object, **options: object) -> object:
        taken.append(1)
        if len(taken) == 6:
            with torch.no_grad():
                for name, parameter in flow.named_parameters():
                    if name.endswith("conv_out.bias"):
                        parameter.fill_(math.inf)
        return train_step(flow, *args, **options)

    run(tmp_path, replace(SHORT, steps=8)).save()
    monkeypatch.setattr("realnvp.training.loop.train_step", step)
    with pytest.raises(NonFiniteError, match="level"):
        run(tmp_path, replace(SHORT, steps=8)).train()
    monkeypatch.undo()
    again = run(tmp_path, replace(SHORT, steps=8))
    assert all(torch.isfinite(value).all() for value in again.flow.state_dict().values())
    again.train()
    assert again.clock.step == 8


def test_too_few_images_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too few"):
        run(tmp_path, TrainConfig(steps=1, batch_size=64, validation=100))


@pytest.mark.parametrize(
    "changes",
    [
        {"steps": 0},
        {"batch_size": 1},
        {"minutes": 0.0},
        {"ema_decay": 1.0},
        {"inverse_penalty": -1.0},
        {"optimizer": "sgd"},
    ],
)
def test_a_training_config_that_cannot_run_is_refused(changes: dict) -> None:
    with pytest.raises(ConfigError):
        TrainConfig(**changes)


def step_of(flow: RealNVP, images: torch.Tensor, **changes: object) -> float:
    config = TrainConfig(batch_size=16, **changes)
    optimizer = make_optimizer(flow, config)
    generator = torch.Generator().manual_seed(0)
    return train_step(
        flow, optimizer, images, None, config, learning_rate=1e-3, bf16=False, generator=generator
    ).gradient_norm


def test_a_step_is_adam_on_the_mean_log_likelihood() -> None:
    config = TrainConfig(batch_size=16, clip=1e9)
    images = random_pictures(16, 1, 4)
    flow, twin = (randomized(RealNVP(MODEL)).train() for _ in range(2))
    step_of(flow, images, clip=1e9)

    x = dequantize(images, torch.Generator().manual_seed(0))
    (-twin.log_prob(x).mean()).backward()
    gains = [n for n, _ in twin.named_parameters() if n.endswith(("gain", "max_log_scale"))]
    for (name, before), after in zip(twin.named_parameters(), flow.parameters(), strict=True):
        assert before.grad is not None
        penalty = config.weight_penalty * before if name in gains else 0
        gradient = before.grad + penalty
        # Adam's first step is lr times the sign of the gradient, but for its epsilon.
        expected = before - 1e-3 * gradient / (gradient.abs() + 1e-8)
        torch.testing.assert_close(after, expected, atol=2e-5, rtol=0)


def test_a_loss_that_is_not_finite_names_the_layer_and_changes_no_weight() -> None:
    flow = randomized(RealNVP(MODEL)).train()
    chain = flow.multiscale.levels[0].transforms
    next(chain[2].parameters()).data.fill_(float("nan"))
    before = {name: value.clone() for name, value in flow.named_parameters()}
    with pytest.raises(NonFiniteError, match="level 1, coupling 2"):
        step_of(flow, random_pictures(16, 1, 4))
    for name, value in flow.named_parameters():
        assert torch.equal(value.nan_to_num(), before[name].nan_to_num())


def test_the_learning_rate_warms_up_and_falls_as_a_cosine() -> None:
    config = TrainConfig(learning_rate=1.0, warmup_steps=10)
    assert learning_rate_at(0, 0.0, config) == pytest.approx(0.1)
    assert learning_rate_at(9, 0.0, config) == pytest.approx(1.0)
    assert learning_rate_at(100, 0.5, config) == pytest.approx(0.5)
    assert learning_rate_at(1000, 1.0, config) == pytest.approx(0.0)


def test_the_average_follows_its_formula() -> None:
    flow, other = small_flow(0), small_flow(1)
    average = AveragedFlow(flow, decay=0.9)
    average.update(other, step=1000)
    for w, a, b in zip(
        average.flow.parameters(), flow.parameters(), other.parameters(), strict=True
    ):
        torch.testing.assert_close(w, 0.9 * a + 0.1 * b)
    early = AveragedFlow(flow, decay=0.9)
    early.update(other, step=0)
    first = next(early.flow.parameters())
    torch.testing.assert_close(
        first, 0.1 * next(flow.parameters()) + 0.9 * next(other.parameters())
    )


def test_recalibration_measures_what_the_data_gives(generator: torch.Generator) -> None:
    flow = small_flow()
    batches = [(random_pictures(32, seed=seed), None) for seed in range(3)]
    recalibrate(flow, batches, torch.Generator().manual_seed(1))
    assert not flow.training

    # The first coupling sees the same input in every mode, so its norm can be checked by hand.
    noise = torch.Generator().manual_seed(1)
    coupling, norm = flow.multiscale.levels[0].transforms[:2]
    assert isinstance(norm, FlowBatchNorm)
    means = []
    for images, _ in batches:
        coupling.train()
        y, _ = coupling(flow.logit(dequantize(images, noise))[0])
        changed = ~norm.mask.kept(y)
        means.append(y[:, :, changed].mean(dim=(0, 2)))
    torch.testing.assert_close(
        norm.running_mean.flatten(), torch.stack(means).mean(0), atol=1e-5, rtol=1e-4
    )
