"""The path of the installed Chromium."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "no Chromium found; install one, or set CHROMIUM to where it is"


def find_chromium() -> str | None:
    """$CHROMIUM, or the first of `NAMES` on the path; None if there is none."""
    for name in (os.environ.get("CHROMIUM"), *NAMES):
        if name and (path := shutil.which(name)):
            return path
    return None
