"""A GPU that has no room for a model is left for the CPU, at the start and on the pages."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from app_pages import figure, open_page
from flows import small_flow
from small_baselines import save_families
from torch import nn

from explorer.engine import Busy, Engine
from explorer.ui import models
from realnvp import NonFiniteError, RealNVP
from realnvp.baselines import Baseline
from realnvp.checkpoint import save

pytestmark = pytest.mark.usefixtures("own_models")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """One that has something else than the CPU, with room for no flow."""
    engine = Engine(torch.device("meta"))
    monkeypatch.setattr(models, "engine", lambda: engine)
    monkeypatch.setattr(RealNVP, "to", only_to_cpu)
    yield engine
    engine.close()


def only_to_cpu(model: nn.Module, device: object) -> nn.Module:
    if str(device) != "cpu":
        raise torch.OutOfMemoryError("full")
    return model


def test_the_start_goes_on_with_the_cpu(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    models.warm_up()
    assert engine.device.type == "cpu"
    assert models.has_answered()
    assert [record.getMessage() for record in caplog.records] == [models.FULL]


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("none at all"),
        NonFiniteError("level 1, coupling 2 gave 3 values"),
        Busy("The server that runs the model is being replaced."),
    ],
)
def test_the_server_starts_whatever_becomes_of_the_model(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(RealNVP, "decode", fails)
    with caplog.at_level(logging.WARNING):
        models.warm_up()
    assert str(error) in caplog.text
    assert not models.has_answered()


def test_a_page_starts_again_on_the_cpu_with_a_notice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(models.engine(), "device", torch.device("meta"))
    monkeypatch.setattr(RealNVP, "to", only_to_cpu)
    app = open_page("sample.py")
    assert not app.exception
    assert not app.error
    assert [toast.value for toast in app.toast] == [models.FULL]
    assert models.engine().device.type == "cpu"
    assert figure(app, "temperature 0.70")


def test_a_second_model_without_room_starts_the_page_again_too(
    own_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def first_only(flow: RealNVP, device: object) -> nn.Module:
        return flow if flow.config.channels == 3 else only_to_cpu(flow, device)

    save(small_flow(channels=1), own_models / "grey")
    monkeypatch.setattr(models.engine(), "device", torch.device("meta"))
    monkeypatch.setattr(RealNVP, "to", first_only)
    link = {"left": "tiny", "right": "grey", "models_view": "Side by side"}
    app = open_page("models.py", checkpoint="tiny", **link)
    assert not app.exception
    assert [toast.value for toast in app.toast] == [models.FULL]
    assert figure(app, "samples of grey")


def test_a_baseline_without_room_starts_the_page_again_too(
    own_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_families(own_models)
    monkeypatch.setattr(models.engine(), "device", torch.device("meta"))
    monkeypatch.setattr(RealNVP, "to", lambda flow, _: flow)
    monkeypatch.setattr(Baseline, "to", only_to_cpu)
    app = open_page("compare.py", checkpoint="numerals")
    assert not app.exception
    assert [toast.value for toast in app.toast] == [models.FULL]
    assert models.engine().device.type == "cpu"
    assert figure(app, "pictures of VAE")


def test_who_is_overtaken_by_the_way_to_the_cpu_goes_there_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def left_meanwhile(model: nn.Module, device: object) -> nn.Module:
        models.engine().fall_back()  # for another visitor
        return only_to_cpu(model, device)

    monkeypatch.setattr(models.engine(), "device", torch.device("meta"))
    monkeypatch.setattr(RealNVP, "to", left_meanwhile)
    app = open_page("sample.py")
    assert not app.error
    assert figure(app, "temperature 0.70")
