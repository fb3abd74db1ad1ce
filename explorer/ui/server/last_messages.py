"""What a run has sent last reaches the browser, even if a part of the page is run at once after."""

from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunner, ScriptRunnerEvent

Request = Callable[[AppSession, ClientState | None], None]
Handle = Callable[..., None]


def keep_last_messages() -> None:
    """Streamlit 1.67 hears of a session's newest script runner only.

    A part of a page does not stop the run of the whole page: its own runner begins once that one is
    at its end. What the page has sent last may still be on its way through the server's loop then,
    and was dropped: the page ended in the middle, until something else was pressed. It takes a busy
    machine, and a part that is run by the class's news.
    """
    if getattr(AppSession.request_rerun, "keeps_last", False):
        return
    request, handle = keeping(
        AppSession.request_rerun, AppSession._handle_scriptrunner_event_on_event_loop
    )
    AppSession.request_rerun = request  # type: ignore[method-assign,assignment]
    AppSession._handle_scriptrunner_event_on_event_loop = handle  # type: ignore[method-assign]


def keeping(request: Request, handle: Handle) -> tuple[Request, Handle]:
    """In the place of a session's methods that ask for a run and that hear of one."""
    at_their_end: WeakSet[ScriptRunner] = WeakSet()

    def request_rerun(session: AppSession, asked: ClientState | None) -> None:
        before = session._scriptrunner
        request(session, asked)
        is_part = asked is not None and bool(asked.fragment_id)
        if is_part and before is not None and session._scriptrunner is not before:
            at_their_end.add(before)

    def handle_event(
        session: AppSession,
        sender: ScriptRunner | None,
        event: ScriptRunnerEvent,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        # That the runner is gone is no news: another one is there.
        if sender in at_their_end and event != ScriptRunnerEvent.SHUTDOWN:
            sender = session._scriptrunner
        handle(session, sender, event, *args, **kwargs)

    request_rerun.keeps_last = True  # type: ignore[attr-defined]
    return request_rerun, handle_event
