// How what runs in the browser asks the app.

// The answer of a route of the app, with its picture or the words why there is none. The path is
// relative, so it counts from the page's own address, wherever a proxy has put that.
/**
 * @param {string} path
 * @returns {Promise<{ answer: Response | null, blob?: Blob, why?: string }>}
 */
export const pictureAt = async (path) => {
  try {
    const answer = await fetch(path, { cache: "no-store" });
    const type = answer.headers.get("Content-Type") ?? "nothing";
    if (answer.ok && type.startsWith("image/")) return { answer, blob: await answer.blob() };
    // The app's own refusals are one line; anything else is from who stands before it.
    const own = !answer.ok && type.startsWith("text/plain");
    const why = own ? await answer.text()
      : `no picture came but ${type.split(";")[0]} (status ${answer.status})`;
    return { answer, why };
  } catch {
    return { answer: null, why: "no answer from the server" };
  }
};

// Waits, and says whether to ask again: where the app turned one away, soon; where it did not
// answer, later; after any other answer, not at all.
/** @param {Response | null} answer */
export const waited = async (answer) => {
  const pause = !answer ? 1000 : answer.status === 429 || answer.status === 503 ? 200 : 0;
  if (pause) await new Promise((done) => setTimeout(done, pause));
  return pause > 0;
};
