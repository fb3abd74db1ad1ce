"""Numbers as people read them."""

from decimal import Decimal


def numeral(value: float | Decimal, form: str = ".3f") -> str:
    """A number with a real minus sign, U+2212, and none before a zero.

    Args:
        form: as `format` takes it.
    """
    text = format(value, form)
    if text.startswith("-") and not any(digit in text for digit in "123456789"):
        text = text.replace("-", "+" if form.startswith("+") else "")
    return minus(text)


def minus(text: str) -> str:
    """The text of a number, with a real minus sign in place of each hyphen."""
    return text.replace("-", "−")
