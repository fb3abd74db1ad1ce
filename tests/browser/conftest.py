"""The browser that these tests drive."""

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is: $CHROMIUM, or on the path. Missing, it is a skip; in CI, a failure."""
    for name in (os.environ.get("CHROMIUM"), *NAMES):
        if name and (path := shutil.which(name)):
            return path
    message = "no Chromium found; install one, or set CHROMIUM to where it is"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
