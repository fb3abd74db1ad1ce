"""The doctor passes what is sound, and names what was planted."""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from flows import random_pictures, randomized, small_flow
from PIL import Image
from torch import Tensor

from realnvp import CheckpointError, ModelConfig, RealNVP
from realnvp.checkpoint import CONFIG, WEIGHTS, load_folder, save
from realnvp.commands import doctor
from realnvp.coupling import AffineCoupling, FlowBatchNorm
from realnvp.data import ImageSet
from realnvp.doctor import Finding, examine
from realnvp.doctor.card import check_quantiles
from realnvp.doctor.checkpoint_under_test import CheckpointUnderTest, layers_of
from realnvp.doctor.layers import log_det_of_jacobian
from realnvp.evaluation import evaluate, quantiles
from realnvp.synthetic_pictures import Kind
from realnvp.training.average import recalibrate

DATA = ImageSet("made", random_pictures(8, seed=1).numpy(), random_pictures(64).numpy())
SECOND = "level 1, coupling 2 (checkerboard, keeps odd pixels)"


@pytest.fixture
def flow(generator: torch.Generator) -> RealNVP:
    """Random weights, the statistics of DATA, and a card that is right."""
    config = ModelConfig(image_size=(8, 8), num_levels=2, width=4, num_blocks=0)
    flow = randomized(RealNVP(config), scale=0.05).requires_grad_(False)
    pictures = torch.from_numpy(DATA.test)
    recalibrate(flow, [(pictures, None)], generator)
    flow.card = {
        "parameters": sum(parameter.numel() for parameter in flow.parameters()),
        "test_bits_per_dim": evaluate(flow, pictures).mean,
        "test_quantiles": quantiles(flow, pictures),
    }
    return flow


@pytest.fixture
def folder(flow: RealNVP, tmp_path: Path) -> Path:
    """The flow as a checkpoint with its hash in the card."""
    folder = tmp_path / "sound"
    save(flow, folder)
    weights = (folder / WEIGHTS).read_bytes()
    save(flow, folder, flow.card | {"weights_sha256": hashlib.sha256(weights).hexdigest()})
    return folder


def failed(found: list[Finding]) -> dict[str, Finding]:
    return {finding.check: finding for finding in found if finding.passed is False}


def layer(flow: RealNVP, index: int, level: int = 0) -> Any:
    return flow.multiscale.levels[level].transforms[index]


def test_a_sound_checkpoint_passes_every_check(folder: Path) -> None:
    examples = folder / "examples"
    examples.mkdir()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(examples / "black.png")
    (examples / "broken.png").write_bytes(b"no picture")
    found = examine(folder, data=DATA)
    assert [finding.passed for finding in found] == [True] * len(found)
    assert len({finding.check for finding in found}) == len(found) == 17
    assert any("the examples" in finding.where for finding in found)


@pytest.mark.parametrize("kind", ["class", "attributes"])
def test_a_conditional_model_can_be_examined(kind: str) -> None:
    labels = np.arange(64) % 2 if kind == "class" else np.eye(2, dtype=np.uint8)[np.arange(64) % 2]
    data = ImageSet("made", DATA.train, DATA.test, labels[:8], labels, ("a", "b"))
    flow = small_flow(label_kind=kind, num_labels=2, num_levels=2)
    recalibrate(flow, [(torch.from_numpy(DATA.test), torch.from_numpy(labels))], torch.Generator())
    assert not failed(examine(flow, data=data))


def test_nothing_of_the_flow_is_changed(flow: RealNVP) -> None:
    before = {name: value.clone() for name, value in flow.state_dict().items()}
    layer(flow, 0).train()
    examine(flow, data=DATA)
    assert all(torch.equal(value, before[name]) for name, value in flow.state_dict().items())
    assert layer(flow, 0).training
    assert flow.dtype == torch.float32


def test_a_byte_of_the_weights_that_was_changed_is_noticed(folder: Path) -> None:
    weights = bytearray((folder / WEIGHTS).read_bytes())
    weights[-1] ^= 1
    (folder / WEIGHTS).write_bytes(weights)
    assert "SHA-256 of the weights" in failed(examine(folder))


def test_files_that_cannot_be_loaded_end_the_list(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(b"no weights")
    (finding,) = examine(folder)
    assert finding.passed is False
    assert "model.safetensors is damaged" in finding.where


def test_a_weight_that_is_not_finite_is_named(flow: RealNVP) -> None:
    layer(flow, 2).net.conv_in.gain[0] = float("nan")
    found = failed(examine(flow))
    name = "multiscale.levels.0.transforms.2.net.conv_in.gain"
    assert found["weights are finite"].where == name
    assert found["draws samples"].where.startswith("the inverse of level 1, coupling 2")


class BrokenInverse(AffineCoupling):
    def inverse(self, y: Tensor, labels: Tensor | None = None) -> Tensor:
        return super().inverse(y, labels) * 1.1


class HardlyWrong(FlowBatchNorm):
    def inverse(self, y: Tensor, labels: Tensor | None = None) -> Tensor:
        return super().inverse(y + 1e-6 * ~self.mask.kept(y), labels)


class WrongLogDet(AffineCoupling):
    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        y, log_det = super().forward(x, labels)
        return y, -log_det


class HardlyWrongLogDet(FlowBatchNorm):
    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        y, log_det = super().forward(x, labels)
        return y, log_det + 1e-6


def test_a_broken_inverse_changes_bytes_and_names_its_layer(flow: RealNVP) -> None:
    layer(flow, 2).__class__ = BrokenInverse
    found = failed(examine(flow))
    assert "logits after a round trip" in found
    assert "noise" in found["bytes after a round trip"].where
    assert found["inverse of each layer, float64"].where == SECOND
    assert found["inverse of each layer, float32"].where == SECOND
    assert "log-det of each layer" not in found


class WrongWhereFar(AffineCoupling):
    """As where rounding has grown with the numbers: far from what the model has seen."""

    def inverse(self, y: Tensor, labels: Tensor | None = None) -> Tensor:
        x = super().inverse(y, labels)
        return torch.where(x.std(dim=(1, 2, 3), keepdim=True) > 2.5, x + 1, x)


def test_an_inverse_that_goes_wrong_far_out_is_seen_with_black_and_white_noise(
    flow: RealNVP,
) -> None:
    layer(flow, 0).__class__ = WrongWhereFar
    found = failed(examine(flow))
    assert "bytes, black and white noise" in found
    assert "bytes after a round trip" not in found


def test_an_inverse_that_is_hardly_wrong_names_its_layer(flow: RealNVP) -> None:
    layer(flow, 3).__class__ = HardlyWrong
    found = failed(examine(flow))
    assert found["inverse of each layer, float64"].where == "level 1, batch norm 2"
    assert len(found) == 1


@pytest.mark.parametrize(
    ("index", "planted", "name"),
    [(2, WrongLogDet, SECOND), (3, HardlyWrongLogDet, "level 1, batch norm 2")],
)
def test_a_wrong_log_det_names_its_layer(
    flow: RealNVP, index: int, planted: type, name: str
) -> None:
    layer(flow, index).__class__ = planted
    found = failed(examine(flow))
    assert found["log-det of each layer"].where == name
    assert len(found) == 1


def test_statistics_of_other_weights_name_their_layer_on_data(flow: RealNVP) -> None:
    layer(flow, 3, level=1).running_var *= 100
    finding = failed(examine(flow, data=DATA))["variance of a batch"]
    assert finding.where == "level 2, batch norm 2, on made, test"
    assert finding.measured == pytest.approx(100, rel=0.3)


@pytest.mark.parametrize("data", [DATA, None])
def test_statistics_of_a_network_name_their_layer(flow: RealNVP, data: ImageSet | None) -> None:
    layer(flow, 2).net.norm_in.running_var *= 1e4
    finding = failed(examine(flow, data=data))["variance of a batch"]
    assert finding.where.startswith(f"{SECOND} net.norm_in")


def test_a_variance_that_is_none_is_named(flow: RealNVP) -> None:
    layer(flow, 3).running_var[1] = 0
    layer(flow, 4).net.norm_out.running_var[0] = -1
    finding = failed(examine(flow))["running variances sound, finite"]
    third = "level 1, coupling 3 (checkerboard, keeps even pixels) net.norm_out"
    assert finding.where == f"level 1, batch norm 2; {third}"


def test_a_map_that_has_died_is_sound(flow: RealNVP) -> None:
    for coupling in (layer(flow, 0), layer(flow, 4)):
        coupling.net.norm_out.running_var[0] = 0
        coupling.net.norm_out.weight[0] = 0
    assert "running variances sound, finite" not in failed(examine(flow))


def test_a_card_that_promises_too_much_fails(flow: RealNVP) -> None:
    flow.card["test_bits_per_dim"] -= 0.5
    flow.card["parameters"] += 1
    found = failed(examine(flow, data=DATA))
    assert set(found) == {"bits/dim against the card", "parameters as the card says"}
    assert found["bits/dim against the card"].measured == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    "values",
    [
        [1.0] * 100,
        [2.0, *[1.0] * 100],
        ["1"] * 101,
        [float("nan")] * 101,
        [10**400] * 101,
        "many",
        {},
        3,
    ],
)
def test_quantiles_that_rank_nothing_fail(flow: RealNVP, values: object) -> None:
    flow.card["test_quantiles"] = values
    assert failed(list(check_quantiles(CheckpointUnderTest(flow))))


def test_a_card_without_figures_leaves_checks_out(flow: RealNVP) -> None:
    flow.card = {"title": "From elsewhere", "test_bits_per_dim": "low"}
    found = examine(flow, data=DATA)
    assert not failed(found)
    left_out = {finding.check for finding in found if finding.passed is None}
    assert left_out == {"quantiles of the test set", "bits/dim against the card"}


def test_data_that_does_not_fit_is_said(flow: RealNVP) -> None:
    grey = ImageSet("grey", DATA.train[:, :1], DATA.test[:, :1])
    with pytest.raises(ValueError, match="pictures of grey are 1x8x8, the model's 3x8x8"):
        examine(flow, data=grey)


def test_a_jacobian_row_a_copy_is_the_autograd_jacobian() -> None:
    flow = small_flow(double=True, num_levels=2)
    for part in layers_of(flow, Kind("noise", random_pictures(1, side=4), None)):
        x = part.x
        jacobian = torch.autograd.functional.jacobian(lambda x, f=part.transform: f(x)[0], x)
        expected = torch.linalg.slogdet(jacobian.reshape(x.numel(), -1)).logabsdet
        assert log_det_of_jacobian(part, x, None) == pytest.approx(float(expected), abs=1e-9)


def test_layers_are_given_what_reaches_them() -> None:
    flow = small_flow(double=True)
    kind = Kind("noise", random_pictures(2), None)
    parts = list(layers_of(flow, kind))
    total = sum(part.transform(part.x, part.labels)[1] for part in parts)
    torch.testing.assert_close(total, flow(kind.images.double() + 0.5)[1])


def run(*words: object) -> int:
    parser = argparse.ArgumentParser()
    doctor.add_arguments(parser)
    return doctor.run(parser.parse_args([str(word) for word in words]))


def test_the_command_prints_a_line_a_check(folder: Path, capsys: pytest.CaptureFixture) -> None:
    assert run(folder) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert len(lines) == 16
    assert all(line.startswith(("ok ", "-- ")) for line in lines)
    assert last == "sound: none of 16 checks failed"


def test_the_command_reads_data(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    parts = {"train": DATA.train, "test": DATA.test}
    np.savez(tmp_path / "made.npz", **{k: v.transpose(0, 2, 3, 1) for k, v in parts.items()})
    assert run(folder, "--data", tmp_path / "made.npz") == 0
    assert "64 images, 1 draw) on made, test" in capsys.readouterr().out


def test_a_failure_is_exit_code_1_and_json_on_request(
    folder: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(folder.parent))
    flow = load_folder(folder)
    layer(flow, 3).running_var.fill_(1e30)
    save(flow, folder)
    assert run("sound", "--json") == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["checkpoint"] == "sound"
    bad = {check["check"] for check in answer["checks"] if check["passed"] is False}
    assert len(bad) == answer["failed"]
    assert "SHA-256 of the weights" in bad


def test_a_checkpoint_that_lacks_a_file_fails_and_a_wrong_name_is_wrong_input(
    folder: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(folder.parent))
    (folder / CONFIG).unlink()
    assert run("sound", "--data", "made.npz") == 1
    assert "config.json cannot be read" in capsys.readouterr().out
    with pytest.raises(CheckpointError, match="no checkpoint and no folder 'other'"):
        run("other")
