"""Train a small model, and watch it learn."""

import streamlit as st

from explorer import ui
from explorer.jobs.jobs import JobError, list_jobs, start
from explorer.tray.workspace import data_folder
from explorer.ui import address
from explorer.ui.card import plain
from explorer.ui.train.data import data_picker, prepared
from explorer.ui.train.messages import forget, say, show_said
from explorer.ui.train.phases import duration
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
    settings = model_settings()
    if st.button(
        "Start",
        type="primary",
        icon=":material/play_arrow:",
        key="training_start",
        help="A copy of the pictures and a process of its own; below, watch bits/dim fall.",
    ):
        forget()
        try:
            with st.spinner("Preparing the pictures"):
                chosen = prepared(name, side, sent)
            try:
                job = start(root, job_settings(chosen, *settings), chosen.path)
            finally:
                chosen.path.unlink(missing_ok=True)  # a job that started has moved it away
            st.session_state["training"] = job.id  # the one to look at, whatever was chosen before
            say("success", f"{plain(chosen.title)} started, for {duration(60 * settings[0])}.")
        except DataError as error:
            say("warning", plain(str(error)))
        except JobError as error:
            say("warning", str(error))
        except OSError:
            say("warning", UNWRITABLE)
        st.rerun()

running = any(job.is_running for job in list_jobs(root))


@st.fragment(run_every=2 if running else None)
def watch() -> None:
    known = {job.id: job for job in list_jobs(root)}
    if running and not any(job.is_running for job in known.values()):
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
        format_func=lambda key: f"{known[key].settings.title}, {key}" if key in known else key,
        key="training",
        bind="query-params",
        help="The newest comes first.",
    )
    show_job(known.get(chosen or "") or next(iter(known.values())), root)


watch()
ui.last_call()
