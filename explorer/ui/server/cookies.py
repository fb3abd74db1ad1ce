"""What a browser keeps for this app."""

from starlette.responses import Response


def keep(answer: Response, name: str, value: str, seconds: int, scheme: str) -> None:
    """As a cookie for pages of this app, wherever a proxy has put it: none of them sets a path.

    Args:
        seconds: that the browser keeps it.
        scheme: of the request; over "https" it is sent over that alone.
    """
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path=None,
        secure=scheme == "https",
        httponly=True,
        samesite="lax",
    )
