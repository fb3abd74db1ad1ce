"""A model on disk comes back the same, and a damaged one says what is wrong with it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from flows import random_pictures, small_flow
from safetensors.torch import load_file, save_file

import realnvp
from realnvp.checkpoint import CONFIG, WEIGHTS, CheckpointError, load_folder, save


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(small_flow(), tmp_path / "tiny", {"title": "Tiny"})
    return tmp_path


def test_a_reloaded_flow_gives_the_same_density(folder: Path) -> None:
    flow = realnvp.load("tiny", folder)
    pictures = random_pictures(4)
    assert torch.equal(flow.bits_per_dim(pictures), small_flow().bits_per_dim(pictures))
    assert flow.card == {"title": "Tiny"}
    assert not flow.training
    assert not any(p.requires_grad for p in flow.parameters())


def test_half_precision_weights_keep_statistics_and_change_little(tmp_path: Path) -> None:
    flow, pictures = small_flow(), random_pictures(4)
    save(flow, tmp_path / "half", half=True)
    stored = load_file(tmp_path / "half" / WEIGHTS)
    assert stored["multiscale.levels.0.transforms.0.net.conv_in.gain"].dtype == torch.float16
    assert stored["multiscale.levels.0.transforms.1.running_var"].dtype == torch.float32
    again = load_folder(str(tmp_path / "half"))
    assert again.dtype == torch.float32
    assert (again.bits_per_dim(pictures) - flow.bits_per_dim(pictures)).abs().max() < 0.005
    assert torch.equal(again.decode(again.encode(pictures)), pictures)


def test_only_names_in_the_folder_can_be_loaded(folder: Path) -> None:
    assert realnvp.list_checkpoints(folder) == ["tiny"]
    for name in ("other", "../tiny", str(folder / "tiny"), ""):
        with pytest.raises(CheckpointError, match="there are: tiny"):
            realnvp.load(name, folder)


def _edit_config(change: Callable[[dict], object]) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        described = json.loads((path / CONFIG).read_text())
        change(described)
        (path / CONFIG).write_text(json.dumps(described))

    return damage


def _edit_weights(change: Callable[[dict], object]) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        stored = load_file(path / WEIGHTS)
        change(stored)
        save_file(stored, path / WEIGHTS)

    return damage


KEY = "multiscale.levels.0.transforms.0.max_log_scale"
DAMAGES = {
    "is damaged": lambda path: (path / WEIGHTS).write_bytes(b"not safetensors"),
    "is damaged or": lambda path: (path / WEIGHTS).write_bytes(
        (path / WEIGHTS).read_bytes()[:-100]
    ),
    "not a model's description": lambda path: (path / CONFIG).write_text("{"),
    "of format": lambda path: (path / CONFIG).write_text("{}"),
    "model's description": lambda path: (path / CONFIG).write_text("[1]"),
    "unknown ModelConfig entries: depth": _edit_config(lambda c: c["model"].update(depth=3)),
    "divisible": _edit_config(lambda c: c["model"].update(image_size=[10, 10])),
    "has shape": _edit_config(lambda c: c["model"].update(width=5)),
    "weights are missing": _edit_config(lambda c: c["model"].update(num_blocks=2)),
    f"1 weights are missing, first {KEY}": _edit_weights(lambda w: w.pop(KEY)),
    "1 weights are unknown, first extra": _edit_weights(lambda w: w.update(extra=torch.zeros(1))),
    "not finite": _edit_weights(lambda w: w[KEY].fill_(float("nan"))),
}


@pytest.mark.parametrize("message", DAMAGES)
def test_a_damaged_checkpoint_says_what_is_wrong(folder: Path, message: str) -> None:
    save(small_flow(1), folder / "good")
    DAMAGES[message](folder / "tiny")
    with pytest.raises(CheckpointError, match=message) as error:
        realnvp.load("tiny", folder)
    assert str(folder) not in str(error.value)
    assert "\n" not in str(error.value)
    realnvp.load("good", folder)
