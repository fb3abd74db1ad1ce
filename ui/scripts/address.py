"""Where the app is, for what runs in the browser."""

FOLDER = """
// The app may be served below a folder: the page's address without the page.
const folder = () => location.pathname.replace(/\\/[^/]*\\/?$/, "");
"""
