"""For the teacher, on the page Lesson: how to join, who is here, and what the others may do."""

import streamlit as st

from explorer.addresses import join_address, qr_for_page
from explorer.classroom import classroom
from explorer.ui.classroom.follow import hear_part
from explorer.ui.classroom.role import leads
from explorer.ui.lesson.texts import ClassTexts

_SWITCH = "class_read_only"


def show_teacher_panel(words: ClassTexts) -> None:
    """QR code, address, count and switch; nothing for anybody else."""
    if not leads():
        return
    host, port = st.get_option("server.address"), st.get_option("server.port")
    below = st.get_option("server.baseUrlPath") or ""
    url, is_reachable = join_address(host or "", port, below, st.context.url)
    with st.container(key="class_desk", border=True, horizontal=True, gap="large"):
        with st.container(width=240):
            st.image(qr_for_page(url), alt=f"QR code of {url}", width=240)
        with st.container(width="stretch"):
            st.subheader(words.join, anchor=False)
            st.code(url, language=None)
            if not is_reachable:
                st.info(words.alone, icon=":material/computer:")
            st.fragment(_show_count, key="class_count")(words)
            st.session_state[_SWITCH] = classroom().read_only
            st.toggle(
                words.read_only,
                key=_SWITCH,
                on_change=_switch,
                help=words.read_only_help,
            )
            st.caption(words.privacy)


def _show_count(words: ClassTexts) -> None:
    hear_part()
    count = classroom().present
    st.markdown(words.one_is_here if count == 1 else words.are_here.format(count=count))


def _switch() -> None:
    if leads():
        classroom().set_read_only(bool(st.session_state[_SWITCH]))
