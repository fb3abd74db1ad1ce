"""The server: `streamlit run app.py`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware

from explorer.jobs.jobs import advance
from explorer.tray.workspace import data_folder
from explorer.ui.address import is_left
from explorer.ui.classroom.follow import straight
from explorer.ui.models import engine, freeze_gc, warm_up
from explorer.ui.server.class_routes import end_waiting
from explorer.ui.server.garbage_collection import collect_sometimes
from explorer.ui.server.history import OneEntryAView, keep_parameters_apart
from explorer.ui.server.kept_downloads import keep_downloads
from explorer.ui.server.last_messages import keep_last_messages
from explorer.ui.server.prefix import AtEveryPath
from explorer.ui.server.reconnect import WholePageFirst
from explorer.ui.server.routes import ROUTES
from explorer.ui.server.shutdown import on_shutdown
from explorer.ui.server.sockets import send_at_once
from explorer.ui.server.style import Styled
from explorer.ui.server.translation import NotTranslated
from explorer.ui.server.turns import take_turns
from explorer.ui.server.visitor_cookie import VisitorCookie
from realnvp.memory import keep_freed_memory


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[dict[str, bool]]:
    """Do before the first visitor what the first visitor would have to wait for."""
    import pandas  # noqa: F401  the charts import them on first use, half a second each
    import plotly.graph_objects  # noqa: F401
    import torch._dynamo  # noqa: F401  optimizers import it on first use, two seconds
    from PIL import Image

    Image.init()  # Pillow looks for its formats on first use, 70 ms
    keep_freed_memory()
    keep_parameters_apart()
    take_turns(straight, is_left)
    collect_sometimes()
    keep_downloads()
    keep_last_messages()
    send_at_once()
    on_shutdown(end_waiting)
    engine()  # with all of the processor's threads, before pages have one each
    warm_up()
    freeze_gc()
    if folder := data_folder():
        advance(folder / "training")  # what waited when the machine went down
    yield {"ready": True}


app = st.App(
    "pages/router.py",
    lifespan=lifespan,
    routes=ROUTES,
    middleware=[
        Middleware(AtEveryPath, routes=ROUTES),
        Middleware(NotTranslated),
        Middleware(Styled),
        Middleware(OneEntryAView),
        Middleware(WholePageFirst),
        Middleware(VisitorCookie),
    ],
)
