"""What a visitor's page asks of the model, and how it waits."""

import pytest
import torch
from holding import held

from explorer.engine import Engine
from explorer.ui import models


class MovedOn(BaseException):
    """As Streamlit ends a run that a newer one replaces."""


class State(dict):
    def get(self, *_: object) -> None:  # type: ignore[override]
        raise MovedOn


def test_a_visitor_who_moves_on_takes_the_question_back(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, ran = Engine(torch.device("cpu")), []
    monkeypatch.setattr(models, "engine", lambda: engine)
    monkeypatch.setattr(models.st, "session_state", State())
    with held(engine), pytest.raises(MovedOn):
        models.run(ran.append, "old")
    engine.close()
    assert ran == []
