"""Names that a file or a folder can have on every system."""

import re

_BARRED = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
# Whatever follows their first dot; Windows takes them for devices.
_DEVICES = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)


def is_portable(name: str) -> bool:
    """Whether Windows takes it too; it bars some characters, names of devices, and a last dot."""
    plain = name.rstrip(". ")
    return name == plain != "" and not _BARRED.search(name) and not _DEVICES.fullmatch(name)


def portable(text: str) -> str:
    """The text, or what comes next to it among such names."""
    name = _BARRED.sub("_", text).rstrip(". ")
    return name if is_portable(name) else f"_{name}"
