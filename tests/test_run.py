"""What a visitor's page asks of the model, and how it waits."""

import threading

import pytest
import torch
from patience import PATIENCE

from explorer.engine import Engine
from explorer.ui import models


class MovedOn(BaseException):
    """As Streamlit ends a run that a newer one replaces."""


class State(dict):
    def get(self, *_: object) -> None:  # type: ignore[override]
        raise MovedOn


def test_a_visitor_who_moves_on_takes_the_question_back(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, ran = Engine(torch.device("cpu")), []
    started, release = threading.Event(), threading.Event()

    def slow() -> bool:
        started.set()
        return release.wait(PATIENCE)

    first = engine.submit(slow)
    assert started.wait(PATIENCE)
    monkeypatch.setattr(models, "engine", lambda: engine)
    monkeypatch.setattr(models.st, "session_state", State())
    with pytest.raises(MovedOn):
        models.run(ran.append, "old")
    release.set()
    assert first.result(PATIENCE).value
    engine.close()
    assert ran == []
