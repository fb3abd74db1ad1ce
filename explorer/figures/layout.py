"""What all charts have in common."""

GREY = "#888888"


def layout(height: int) -> dict[str, object]:
    """Of every chart: its height in pixels, and as little margin as it needs."""
    return {
        "height": height,
        "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        "dragmode": False,
    }
