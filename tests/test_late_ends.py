"""The script of a page that has been left may end late, in the middle of the next page's.

Streamlit then takes the widgets of the page before out of the session, and what the next page has
made so far counts as such.
"""

from pathlib import Path
from typing import Any

import pytest
from flows import small_flow
from small_baselines import save_families
from streamlit.runtime.state.safe_session_state import SafeSessionState

from pages import ROUTER, open_page
from realnvp.checkpoint import save

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

PAGES = sorted(file.name for file in ROUTER.parent.glob("*.py") if file != ROUTER)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_does_not_need_what_another_takes(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(tmp_path))
    monkeypatch.setenv("REALNVP_DATA", "off")
    save(small_flow(), tmp_path / "tiny")
    save_families(tmp_path)
    ends: list[str] = []
    register = SafeSessionState.register_widget

    def register_and_end(state: SafeSessionState, *args: Any) -> object:
        result = register(state, *args)
        state.on_script_finished(frozenset())
        ends.append(name)
        return result

    monkeypatch.setattr(SafeSessionState, "register_widget", register_and_end)
    app = open_page(name)
    assert ends
    assert not app.exception
