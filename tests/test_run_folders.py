"""Training runs among the models: on request, read only, and the damaged ones left out."""

import argparse
import os
from pathlib import Path

import pytest
import torch
from app_pages import figures, open_page
from flows import small_flow

import realnvp
from explorer.commands import app as app_command
from explorer.ui.card import in_short, read_card, rows
from realnvp import run_folders
from realnvp.checkpoint import MAX_NAME, CheckpointError, beside, save
from realnvp.direction_file import FILE
from realnvp.run_folders import MAX_NAME as MAX_RUN
from realnvp.run_folders import VARIABLE, left_out, run_models

TRAINING = {
    "step": 1234,
    "seconds": 90.0,
    "validation_bits_per_dim": 3.5,
    "data": "digits",
    "train": {"batch_size": 32},
}


@pytest.fixture
def runs(tmp_path: Path, own_models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one run that has reported."""
    folder = tmp_path / "runs"
    for seed, part in enumerate(("best", "last"), start=1):
        save(small_flow(seed), folder / "mine" / part, {"training": TRAINING})
    (folder / "mine" / "command.txt").write_text("realnvp train x", encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


def test_without_being_asked_for_there_are_none(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert realnvp.list_checkpoints() == ["run mine best", "run mine last", "tiny"]
    for nothing in ("", str(runs / "none")):
        monkeypatch.setenv(VARIABLE, nothing)
        assert realnvp.list_checkpoints() == ["tiny"]
    monkeypatch.delenv(VARIABLE)
    assert realnvp.list_checkpoints() == ["tiny"]


def test_each_part_of_a_run_is_a_model_of_its_own(runs: Path) -> None:
    for seed, part in enumerate(("best", "last"), start=1):
        flow = realnvp.load(f"run mine {part}")
        assert flow.name == f"run mine {part}"
        z = small_flow(seed).draw(2, 0.7, torch.Generator().manual_seed(0))
        assert torch.equal(flow.decode(z), small_flow(seed).decode(z))


def test_nothing_is_written_among_runs(runs: Path) -> None:
    own = Path(os.environ["REALNVP_CHECKPOINTS"])
    assert beside("run mine best", FILE) == own / "run mine best" / FILE


@pytest.mark.parametrize(
    ("file", "content", "why"),
    [
        ("config.json", None, "half-written: it has no config.json"),
        ("model.safetensors", None, "half-written: it has no model.safetensors"),
        ("config.json", b"{", "config.json"),
        ("model.safetensors", b"nothing", "damaged"),
    ],
)
def test_what_is_damaged_is_left_out_with_a_reason(
    file: str, content: bytes | None, why: str, runs: Path
) -> None:
    before = (runs / "mine" / "best" / file).read_bytes()
    (runs / "mine" / "best" / file).unlink()
    if content is not None:
        (runs / "mine" / "best" / file).write_bytes(content)
    assert "run mine best" not in realnvp.list_checkpoints()
    assert "run mine last" in realnvp.list_checkpoints()
    assert why in left_out()["run mine best"]
    with pytest.raises(CheckpointError, match="no checkpoint"):
        realnvp.load("run mine best")
    app = open_page("models.py")
    assert not app.exception
    said = [caption.value.replace("\\", "") for caption in app.caption]
    assert any("run mine best is left out" in line and why in line for line in said)

    (runs / "mine" / "best" / file).write_bytes(before)  # the run has gone on
    assert left_out() == {}
    assert "run mine best" in realnvp.list_checkpoints()


def test_a_run_without_a_report_or_with_a_name_too_long_is_no_model(runs: Path) -> None:
    (runs / "new").mkdir()
    (runs / "file.out").touch()
    save(small_flow(), runs / ("x" * MAX_RUN) / "best")
    assert set(run_models()) == {"run mine best", "run mine last"}
    (why,) = left_out().values()
    assert "name is longer" in why
    assert MAX_RUN == MAX_NAME


def test_a_path_in_a_name_leads_nowhere(runs: Path) -> None:
    for name in ("run ../x best", "run mine/../mine best", str(runs / "mine" / "best")):
        with pytest.raises(CheckpointError, match="no checkpoint"):
            realnvp.load(name)


def test_its_card_says_what_is_known(runs: Path) -> None:
    card = read_card("run mine last")
    assert card.entries["title"] == "mine, last: a run"
    assert "step 1,234, 3.500 bits/dim" in card.entries["summary"]
    assert dict(rows(card))["Training"] == "1,234 steps in 2 minutes"
    assert card.entries["data"] == "digits"
    assert card.entries["command"] == "realnvp train x"
    assert next(iter(in_short(card))).startswith("8 × 8")


@pytest.mark.parametrize("training", [None, [], {"step": "x", "data": 3, "seconds": None}, {}])
def test_a_card_of_anything_else_is_a_card(runs: Path, training: object) -> None:
    save(small_flow(), runs / "other" / "best", {"training": training})
    assert list(in_short(read_card("run other best")))
    app = open_page("models.py", checkpoint="run other best")
    assert not app.exception


def test_pages_draw_with_the_newest_weights_of_a_run_that_goes_on(runs: Path) -> None:
    app = open_page("sample.py", checkpoint="run mine best")
    assert not app.exception
    assert app.selectbox("checkpoint").options == ["tiny", "run mine best", "run mine last"]
    before = figures(app)[0]["source"]
    save(small_flow(7), runs / "mine" / "best", {"training": TRAINING})
    app.run()
    assert figures(app)[0]["source"] != before


def test_the_app_takes_a_folder_of_runs(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parser = argparse.ArgumentParser()
    app_command.add_arguments(parser)
    served: list[str | None] = []
    monkeypatch.setattr(
        app_command.runpy, "run_module", lambda *_, **__: served.append(os.environ.get(VARIABLE))
    )
    monkeypatch.setattr("sys.argv", ["realnvp"])
    monkeypatch.setenv("REALNVP_TEACH", "a-secret-of-the-test")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, "")
    for words in ([], ["--runs"], ["--runs", str(runs)]):
        app_command.run(parser.parse_args(words))
    assert served == ["", str(runs.resolve()), str(runs.resolve())]
    with pytest.raises(ValueError, match="there is no folder"):
        app_command.run(parser.parse_args(["--runs", "none"]))


def test_heads_are_read_once_until_they_change(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_models()
    monkeypatch.setattr(run_folders, "check_weights", lambda folder: pytest.fail("read again"))
    assert len(run_models()) == 2
