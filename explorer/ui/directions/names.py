"""Names of directions in a sentence."""

from explorer.ui.card import plain


def spoken_of(name: str) -> str:
    """The name as Markdown; in quotes where it is a number, beside which other numbers stand."""
    return f"“{name}”" if name.isdecimal() else plain(name)
