"""The card of a flow that code makes."""

from explorer.ui.card import Card, show_card_of
from explorer.ui.models import flow_of
from realnvp.nets import parameter_count
from realnvp.own_flows import own_flows
from realnvp.places import COMMAND


def show_own_card(name: str, chosen: str) -> None:
    """`show_card`, for one of `own_flows()`."""
    code = own_flows()[name].beside
    note = (
        "No checkpoint, but code that whoever started this server has named."
        f" `{COMMAND} doctor {code}` checks its round trip and its log p."
    )
    show_card_of(name, chosen, read_own_card, note)


def read_own_card(name: str) -> Card:
    """What the flow says of itself; it is made for that, if it was not yet.

    Raises:
        CheckpointError: if it cannot be.
    """
    flow = flow_of(name)
    count = parameter_count(flow)
    entries = ({"parameters": count} if count else {}) | flow.card
    return Card(name, flow.config, entries, own_flows()[name].beside, flow.has_couplings)
