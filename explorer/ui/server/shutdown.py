"""What has to be done when the server is asked to end, before it waits for open connections."""

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType

Heard = Callable[[int, FrameType | None], None]
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def on_shutdown(act: Callable[[], None]) -> None:
    """Have it called in the running loop when a signal ends this process, which goes on ending.

    Uvicorn waits until every connection has had its answer, and only then tells the app: a browser
    that waits for news would hold a server up that was told to stop.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # where no signal can be heard
    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        signal.signal(number, _first(loop, act, signal.getsignal(number)))


def _first(loop: asyncio.AbstractEventLoop, act: Callable[[], None], before: object) -> Heard:
    def heard(number: int, frame: FrameType | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(act)
        if callable(before):
            before(number, frame)

    return heard
