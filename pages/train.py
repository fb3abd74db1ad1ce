"""Train a small model, and watch it learn."""

import streamlit as st

from explorer import ui
from explorer.jobs.jobs import JobError, list_jobs, start
from explorer.tray.workspace import data_folder
from explorer.ui.train.data import data_picker, prepared
from explorer.ui.train.settings import job_settings, model_settings
from explorer.ui.train.watch import UNWRITABLE, show_job
from realnvp.data import DataError

ui.page(
    "Train",
    "A model of pictures, trained on this server in a process of its own: it goes on when you leave"
    " or close the browser. Everyone who uses this server sees it.",
)
st.latex(r"\max_\theta \; \sum_x \log p_\theta(x)")
folder = data_folder()
if folder is None:
    st.info("This server keeps no data (`REALNVP_DATA=off`), so nothing can be trained here.")
    st.stop()
root = folder / "training"

with st.expander("Start a new one", expanded=not list_jobs(root)):
    name, side, sent = data_picker()
    minutes, width, rate, steady = model_settings()
    if st.button(
        "Start",
        type="primary",
        icon=":material/play_arrow:",
        key="training_start",
        help="A copy of the pictures and a process of its own; below, watch bits/dim fall.",
    ):
        try:
            chosen = prepared(name, side, sent)
            try:
                start(root, job_settings(chosen, minutes, width, rate, steady), chosen.path)
            finally:
                chosen.path.unlink(missing_ok=True)  # a job that started has moved it away
            st.rerun()
        except (DataError, JobError) as error:
            st.warning(str(error))
        except OSError:
            st.warning(UNWRITABLE)

jobs = list_jobs(root)


@st.fragment(run_every=2 if any(job.is_running for job in jobs) else None)
def watch() -> None:
    known = {job.id: job for job in list_jobs(root)}
    if not known:
        st.caption("Nothing has been trained here yet.")
        return
    chosen = st.selectbox(
        "Training",
        list(known),
        format_func=lambda key: f"{known[key].settings.title}, {key}" if key in known else key,
        key="training",
        help="The newest comes first.",
    )
    show_job(known.get(chosen) or next(iter(known.values())), root)


watch()
ui.last_call()
