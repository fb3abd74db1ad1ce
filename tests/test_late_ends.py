"""The script of a page that has been left may end late, in the middle of the next page's.

Streamlit then takes the widgets of the page before out of the session, and what the next page has
made so far counts as such.
"""

from pathlib import Path
from typing import Any

import pytest
from app_pages import hasten_searches, open_page
from flows import small_flow
from small_baselines import save_families
from streamlit.runtime.state.safe_session_state import SafeSessionState

from explorer.pages import PAGES
from realnvp.checkpoint import save

pytestmark = pytest.mark.usefixtures("checkpoints")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One model of each family."""
    folder = tmp_path_factory.mktemp("models")
    save(small_flow(), folder / "tiny")
    save_families(folder)
    return folder


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repair is one of the pages."""
    hasten_searches(monkeypatch)


@pytest.mark.parametrize("name", [page.file for page in PAGES])
def test_a_page_does_not_need_what_another_takes(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
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
