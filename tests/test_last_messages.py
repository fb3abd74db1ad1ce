"""What a page sends last arrives, though one of its parts is run at once after."""

import asyncio
import time
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from patience import PATIENCE
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner.script_cache import ScriptCache

from explorer.ui.server import last_messages

PAGE = """
import streamlit as st

@st.fragment
def part():
    st.text("the part")

part()
st.text("the last line")
"""


async def said(page: Path) -> list[str]:
    """What the browser is told, if the part is asked for before the page's end was heard of."""
    session = AppSession(
        ScriptData(str(page), is_hello=False),
        MemoryUploadedFileManager("/upload"),
        ScriptCache(),
        None,
        {},
    )
    session.request_rerun(ClientState())
    thread = session._scriptrunner._script_thread  # type: ignore[union-attr]
    assert thread is not None
    thread.join(PATIENCE)  # on the loop, which hears nothing meanwhile
    (part,) = session._fragment_storage._fragments  # type: ignore[attr-defined]
    session.request_rerun(ClientState(fragment_id=part))
    end = time.monotonic() + PATIENCE
    while session._scriptrunner is not None and time.monotonic() < end:
        await asyncio.sleep(0.01)
    assert session._scriptrunner is None
    texts = [message.delta.new_element.text.body for message in session.flush_browser_queue()]
    session.shutdown()
    return [text for text in texts if text]


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("streamlit.runtime.get_instance", MagicMock())
    path = tmp_path / "page.py"
    path.write_text(PAGE)
    return path


def test_streamlit_drops_what_was_on_its_way(page: Path) -> None:
    """Once it does not any longer, `keep_last_messages` may go."""
    assert "the last line" not in asyncio.run(said(page))


def test_what_was_on_its_way_arrives(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    request, handle = last_messages.keeping(
        AppSession.request_rerun, AppSession._handle_scriptrunner_event_on_event_loop
    )
    monkeypatch.setattr(AppSession, "request_rerun", request)
    monkeypatch.setattr(AppSession, "_handle_scriptrunner_event_on_event_loop", handle)
    assert asyncio.run(said(page)) == ["the last line", "the part"]
