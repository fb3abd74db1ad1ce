"""Pages that work on after their server was replaced by another."""

from collections.abc import Awaitable

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

STREAM = "/_stcore/stream"  # the path of Streamlit's websocket


class WholePageFirst:
    """Middleware that turns the first run that a websocket asks for into one of the whole page.

    When its server goes, a page stays in the browser and opens its socket again, to a server that
    has no session of it yet. What is pressed next may ask for its own part of the page alone; a
    new session knows no parts, and Streamlit 1.67 would leave the page dead until it is reloaded.
    With that request come the address and all widgets, so the whole page can be run from it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        is_stream = scope["type"] == "websocket" and scope["path"].endswith(STREAM)
        # Not awaited here: what goes wrong in there is not said to have gone wrong here.
        return self._app(scope, _whole_first(receive) if is_stream else receive, send)


def _whole_first(receive: Receive) -> Receive:
    is_waiting = True

    async def received() -> Message:
        nonlocal is_waiting
        message = await receive()
        if is_waiting and message["type"] == "websocket.receive":
            asked = _rerun(message.get("bytes"))
            if asked is not None:
                is_waiting = False
                asked.rerun_script.fragment_id = ""
                asked.rerun_script.is_auto_rerun = False
                message = {**message, "bytes": asked.SerializeToString()}
        return message

    return received


def _rerun(data: bytes | None) -> BackMsg | None:
    """What asks for a run; None if it is anything else."""
    asked = BackMsg()
    try:
        asked.ParseFromString(data or b"")
    except DecodeError:  # for Streamlit to say
        return None
    return asked if asked.WhichOneof("type") == "rerun_script" else None
