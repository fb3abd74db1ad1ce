"""Whoever waits for the model sees that something goes on, once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from explorer.ui import models


@pytest.fixture
def turning(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What turns at the moment."""
    shown: list[str] = []

    @contextmanager
    def spinner(words: str, *, show_time: bool) -> Iterator[None]:
        shown.append(words)
        yield
        shown.remove(words)

    monkeypatch.setattr(models.st, "spinner", spinner)
    return shown


def test_something_turns_while_the_model_is_asked(turning: list[str]) -> None:
    assert models.run(lambda: list(turning)) == ["Decoding"]
    assert not turning


def test_other_words_stand_instead_and_not_beside(turning: list[str]) -> None:
    with models.spinner(True, "Walking"):
        assert models.run(lambda: list(turning)) == ["Walking"]
    assert models.run(lambda: list(turning)) == ["Decoding"]


def test_after_a_failure_it_turns_again(turning: list[str]) -> None:
    with pytest.raises(ZeroDivisionError), models.spinner(True):
        models.run(lambda: 1 / 0)
    turning.clear()
    assert models.run(lambda: list(turning)) == ["Decoding"]
