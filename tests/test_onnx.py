"""ONNX files compute what the flow does, for any number of pictures and every kind of labels."""

import sys
from pathlib import Path

import pytest
import torch
from flows import MODELS, VARIANTS, small_flow

from realnvp.__main__ import main
from realnvp.checkpoint import save
from realnvp.default_labels import labels_in_turn
from realnvp.onnx_check import compared
from realnvp.onnx_file import ONNX_MISSING, write_onnx

KINDS = MODELS | {
    "not square": {"image_size": (8, 12), "num_blocks": 2},
    **{name: {"variant": variant} for name, variant in VARIANTS.items()},
}


@pytest.mark.parametrize("kind", KINDS)
def test_both_files_agree_with_the_flow(kind: str, tmp_path: Path) -> None:
    flow = small_flow(**KINDS[kind])
    write_onnx(flow, tmp_path)
    for count in (1, 3):
        noise = torch.Generator().manual_seed(count)
        shape = count, flow.config.channels, *flow.config.image_size
        images = torch.randint(0, 256, shape, generator=noise, dtype=torch.uint8)
        labels = labels_in_turn(flow.config, count)
        difference = compared(flow, tmp_path, images, labels)
        assert difference.z < 2e-3
        assert difference.bits < 1e-4
        assert difference.wrong_bytes == 0


def test_the_command_says_how_near_they_are(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    save(small_flow(), tmp_path / "tiny")
    assert main(["export", str(tmp_path / "tiny"), "--onnx", "--out", str(tmp_path / "out")]) == 0
    assert "0 of 1,536 bytes differ" in capsys.readouterr().out
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"encoder.onnx", "decoder.onnx"}


def test_without_onnx_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    save(small_flow(), tmp_path / "tiny")
    monkeypatch.setitem(sys.modules, "onnx", None)
    assert main(["export", str(tmp_path / "tiny"), "--onnx", "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.endswith(f"export: {ONNX_MISSING}\n")
