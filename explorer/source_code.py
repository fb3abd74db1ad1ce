"""The source of what a page explains."""

import inspect
import textwrap
from functools import lru_cache


@lru_cache(maxsize=64)
def source_code(of: object) -> str:
    """As it stands in its file; looked up once, for that takes 8 ms."""
    return textwrap.dedent(inspect.getsource(of))  # type: ignore[arg-type]
