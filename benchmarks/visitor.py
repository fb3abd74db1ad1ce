"""A visitor without a browser, who speaks what Streamlit's page speaks over its websocket."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

ANSWER = 120.0  # seconds after which a visitor gives up


class Visitor:
    """One session, which sees the elements of its page as they come.

    Args:
        socket: open to the server.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._sliders: dict[str, tuple[str, str]] = {}  # label: id of the widget, its fragment
        self._buttons: dict[str, tuple[str, str]] = {}
        self._elements: dict[str, tuple[str, str]] = {}  # key: id of the browser's part, its data
        self.title = ""
        self.ended = 0.0  # when the last page or part was all here, as time.perf_counter() says
        self._page = ""
        self.errors: list[str] = []
        self.headings: set[str] = set()
        answer = socket.response
        self.cookies = answer.headers.get_all("Set-Cookie") if answer else []
        self.pictures = 0
        self.received = 0  # bytes

    async def open(self, page: str, query: str = "") -> float:
        """Go to a page, such as "sample"; seconds until all of it was here."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        return await self._ask(message)

    def has(self, label: str) -> bool:
        """Whether the page has shown a slider of this label."""
        return label in self._sliders

    async def slide(self, label: str, value: float) -> float:
        """Move a slider that the page has shown; seconds until all that follows was here."""
        widget, fragment = self._sliders[label]
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.fragment_id = fragment
        state = message.rerun_script.widget_states.widgets.add(id=widget)
        state.double_array_value.data.append(value)
        return await self._ask(message)

    async def press(self, label: str) -> float:
        """Press a button that the page has shown; seconds until all that follows was here."""
        widget, fragment = self._buttons[label]
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.fragment_id = fragment
        message.rerun_script.widget_states.widgets.add(id=widget, trigger_value=True)
        return await self._ask(message)

    def data(self, key: str) -> Any:
        """What an element with a script of its own was given."""
        return json.loads(self._elements[key][1])

    async def say(self, key: str, event: str, value: Any) -> float:
        """Have the script of an element say something; seconds until all that follows was here."""
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.widget_states.widgets.add(
            id=_make_trigger_id(self._elements[key][0], "events"),
            json_trigger_value=json.dumps([{"event": event, "value": value}]),
        )
        return await self._ask(message)

    async def _ask(self, message: BackMsg) -> float:
        started = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        while not self._is_last(await self._receive()):
            pass
        self.ended = time.perf_counter()
        return self.ended - started

    async def _receive(self) -> ForwardMsg:
        answer = ForwardMsg()
        async with asyncio.timeout(ANSWER):
            data = await self._socket.recv(decode=False)
        self.received += len(data)
        answer.ParseFromString(data)
        return answer

    def _is_last(self, answer: ForwardMsg) -> bool:
        kind = answer.WhichOneof("type")
        if kind == "new_session":
            self._page = answer.new_session.page_script_hash
        elif kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
            self._see(answer.delta.new_element, answer.delta.fragment_id)
        # One that ends early goes on with another page, or with a part of this one.
        early = ForwardMsg.FINISHED_EARLY_FOR_RERUN
        return kind == "script_finished" and answer.script_finished != early

    def _see(self, element: Element, fragment: str) -> None:
        kind = element.WhichOneof("type")
        if kind == "slider":
            self._sliders[element.slider.label] = element.slider.id, fragment
        elif kind == "heading":
            self.headings.add(element.heading.body)
            if element.heading.tag == "h1":
                self.title = element.heading.body
        elif kind == "button":
            self._buttons[element.button.label] = element.button.id, fragment
        elif kind == "bidi_component":
            name = element.bidi_component.id.rpartition("-")[2]
            self._elements[name] = element.bidi_component.id, element.bidi_component.json
            self.pictures += "data:image" in element.bidi_component.json
        elif kind == "exception":
            self.errors.append(element.exception.message)
        elif kind == "alert" and element.alert.format in (Alert.ERROR, Alert.WARNING):
            self.errors.append(element.alert.body)


@asynccontextmanager
async def visiting(
    address: str, headers: Mapping[str, str] | None = None
) -> AsyncIterator[Visitor]:
    """A new visitor of the server at this address, who leaves at the end of the block.

    Args:
        headers: sent along when the socket is opened.
    """
    async with connect(
        f"ws://{address}/_stcore/stream",
        subprotocols=["streamlit"],  # type: ignore[list-item]
        origin=f"http://{address}",  # type: ignore[arg-type]
        additional_headers=headers,
        max_size=None,
        open_timeout=ANSWER,
        ping_interval=None,
    ) as socket:
        yield Visitor(socket)
