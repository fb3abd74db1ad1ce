"""Where a latent of the tray can be used."""

from typing import NoReturn

from explorer.pages import title_of
from explorer.ui import address
from explorer.ui.tiles import Action

# Pages that take one: in their latent pickers, or as the picture that they look at.
_PICKERS = {"interpolate": "abcd", "multiscale": "ab", "directions": "a"}
_LOOKS = ("encode", "repair")
# The pages in the order of the menu.
PAGES = ("encode", "interpolate", "multiscale", "repair", "directions")


def opening(page: str) -> Action:
    """Go on with it on this page."""
    title = title_of(page)
    return Action(page, f"→ {title}", f"Opens this latent on the page {title}.")


def of_tray(here: str | None) -> list[Action]:
    """What can be done with a latent of the tray, on the page that is open."""
    pickers = _PICKERS.get(here or "", "")
    own = [
        Action(f"{here} {picker}", f"Use as {picker.upper()}", "Puts it there, on this page.")
        for picker in pickers
    ]
    return own + [opening(page) for page in PAGES if page != here or page in _LOOKS]


def use(name: str, pin: str, checkpoint: str | None = None) -> NoReturn:
    """Do one of them, by its name, with the latent of the tray that is called `pin`.

    Args:
        checkpoint: the model that the page is to open with, where it is not the one in use.
    """
    page, _, picker = name.partition(" ")
    model = {} if checkpoint is None else {"checkpoint": checkpoint}
    if page in _LOOKS:
        address.go(page, {"source": "Tray", "pinned": pin} | model)
    address.go(page, address.with_pin(page, picker or "a", pin) | model)
