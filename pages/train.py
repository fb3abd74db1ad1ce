"""Train a small model, and watch it learn."""

import streamlit as st

from explorer import ui
from explorer.jobs.jobs import advance, list_jobs, waiting
from explorer.tray.workspace import data_folder
from explorer.ui import address
from explorer.ui.train.data import data_picker
from explorer.ui.train.making import is_making, is_to_tell
from explorer.ui.train.messages import show_said
from explorer.ui.train.owners import name_field, title_of
from explorer.ui.train.queue import show_queue
from explorer.ui.train.settings import model_settings
from explorer.ui.train.starting import start_button
from explorer.ui.train.watch import show_job, tell_made

tell_made()
ui.page(
    "Train",
    "A model of pictures, trained on this server in a process of its own: it goes on when you leave"
    " or close the browser. Everyone who uses this server sees it; one runs at a time, the others"
    " wait for their turn.",
)
st.latex(r"\max_\theta \; \sum_x \log p_\theta(x)")
folder = data_folder()
if folder is None:
    st.info("This server keeps no data (`REALNVP_DATA=off`), so nothing can be trained here.")
    address.stop()
root = folder / "training"

with st.expander("Start a new one", expanded=not list_jobs(root)):
    picked = data_picker()
    settings = model_settings()
    start_button(root, picked, settings, name_field())

advance(root)
active = bool(waiting(root)) or any(job.is_running for job in list_jobs(root)) or is_making()


@st.fragment(run_every=2 if active else None)
def watch() -> None:
    advance(root)  # where the last one was killed, nobody else does
    known = {job.id: job for job in list_jobs(root)}
    running, waits = [job for job in known.values() if job.is_running], waiting(root)
    if is_to_tell() or (active and not running and not waits and not is_making()):
        st.rerun()  # all of the page: from now on there is nothing to look at again and again
    show_said()
    if not known:
        st.caption("Nothing has been trained here yet.")
        return
    address.put_choice("training", list(known))
    chosen = st.selectbox(
        "Training",
        list(known),
        index=None,
        format_func=lambda key: title_of(known[key]) if key in known else key,
        key="training",
        bind="query-params",
        help="The newest comes first.",
    )
    show_queue(running, waits)
    show_job(known.get(chosen or "") or next(iter(known.values())), root, running, waits)


watch()
ui.last_call()
