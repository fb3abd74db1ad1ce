"""Home moves before anybody presses anything, and a pad without sliders keeps its place."""

from unittest.mock import Mock

import pytest
import streamlit as st
from app_pages import open_page, sent

from explorer.ui import pad

pytestmark = pytest.mark.usefixtures("checkpoints")


def test_the_pad_of_home_moves_by_itself_and_leaves_the_address_alone() -> None:
    app = open_page("home.py", strip="7")
    assert not app.exception
    (data,) = [data for data in sent(app) if isinstance(data, dict) and "byItself" in data]
    assert data["byItself"] is True
    assert data["corners"] == list("1234")
    assert (data["x"], data["y"]) == (0, 0)
    assert set(app.query_params) == {"strip"}


@pytest.mark.parametrize(
    ("place", "kept"), [({"x": 0.5, "y": -7}, (0.5, -1.0)), ({"x": "no"}, (0.0, 0.0))]
)
def test_where_it_was_let_go_is_kept_without_sliders(
    monkeypatch: pytest.MonkeyPatch, place: dict, kept: tuple[float, float]
) -> None:
    state = {"corners": Mock(place=place)}
    monkeypatch.setattr(st, "session_state", state)
    pad._released("corners", by_itself=True)
    assert state["corners_place"] == kept
    assert "x" not in state
