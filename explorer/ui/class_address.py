"""What a class types to be here as well."""

import streamlit as st

from explorer.addresses import gives_camera, qr_for_page, url_for_others

NO_CAMERA = (
    "Browsers give the camera only to pages over HTTPS, or of their own machine; this address is"
    " neither. A photo can be uploaded all the same: phones offer the camera there."
)


def show_class_address() -> None:
    """Address and QR code, where the app was started for others; else nothing."""
    host = st.get_option("server.address")
    if host is None:  # nobody has said for whom
        return
    port, below = st.get_option("server.port"), st.get_option("server.baseUrlPath") or ""
    url = url_for_others(host, port, below, st.context.url)
    if url is None:
        return
    with st.expander("For a class: this address on other devices", icon=":material/qr_code_2:"):
        st.code(url, language=None)
        st.image(qr_for_page(url), alt=f"QR code of {url}")
        if not gives_camera(url):
            st.caption(NO_CAMERA)


def has_camera() -> bool:
    """Whether this visitor's browser gives the page a camera; where not, it is said here."""
    given = gives_camera(st.context.url)
    if not given:
        st.info(NO_CAMERA, icon=":material/no_photography:")
    return given
