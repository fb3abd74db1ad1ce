"""A part of a page that cannot be drawn by itself has the whole page drawn."""

import pytest
from app_pages import open_page
from streamlit.errors import StreamlitInvalidLayoutContextError
from streamlit.testing.v1 import AppTest

from explorer.ui import frame


@pytest.mark.usefixtures("checkpoints")
def test_a_part_of_a_page_that_was_ended_early_has_all_of_it_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, calls = frame.last_call, 0

    def has_no_place() -> None:
        """As Streamlit says of a part whose page has not come to it the last time."""
        nonlocal calls
        calls += 1
        if calls == 2:  # the first one is of the page itself
            raise StreamlitInvalidLayoutContextError("no stable position")
        real()

    monkeypatch.setattr(frame, "last_call", has_no_place)
    app: AppTest = open_page("home.py")
    assert not app.exception
    if calls == 2:  # what was asked for comes next
        app.run()
    assert calls > 3
    assert not app.exception
    assert "Fresh samples" in [button.label for button in app.button]
