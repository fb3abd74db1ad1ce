"""The server: `streamlit run app.py`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ui.models import checkpoint_names, settle, warm_up


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[dict[str, bool]]:
    """Do before the first visitor what the first visitor would have to wait for."""
    import pandas  # noqa: F401  the charts import them on first use, half a second each
    import plotly.graph_objects  # noqa: F401

    warm_up()
    settle()
    yield {"ready": True}


async def ready(request: Request) -> Response:
    """Whether visitors can be sent here: the start-up is over and there is a model to show."""
    names = checkpoint_names()
    return JSONResponse({"ready": bool(names), "models": names}, 200 if names else 503)


app = st.App("pages/router.py", lifespan=lifespan, routes=[Route("/ready", ready)])
