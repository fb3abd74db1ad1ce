"""The script of a page that has been left may end late, in the middle of the next page's.

Streamlit then takes the widgets of the page before out of the session, and what the next page has
made so far counts as such.
"""

from pathlib import Path

import pytest
from flows import small_flow
from small_baselines import save_families
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages import ROUTER, open_page
from realnvp.checkpoint import save
from ui import frame

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
    ends = []

    def end_late() -> None:
        context = get_script_run_ctx()
        assert context is not None
        context.session_state.on_script_finished(frozenset())
        ends.append(name)

    monkeypatch.setattr(frame, "open_recipe", end_late)
    app = open_page(name)
    assert ends
    assert not app.exception
