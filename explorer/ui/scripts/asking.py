"""How what runs in the browser asks the app."""

ASKING = """
// The app may be served below a folder: the page's address without the page.
const folder = () => location.pathname.replace(/\\/[^/]*\\/?$/, "");

// Waits, and says whether to ask again: where the app turned one away, soon; where it did not
// answer, later; after any other answer, not at all.
const waited = async (answer) => {
  const pause = !answer ? 1000 : answer.status === 429 || answer.status === 503 ? 200 : 0;
  if (pause) await new Promise((done) => setTimeout(done, pause));
  return pause > 0;
};
"""
