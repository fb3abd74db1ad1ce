// Parts of the page that are not in English say so: a screen reader then speaks them in their
// language, and Chinese gets the shapes of its own signs.

export default function ({ data }) {
  for (const key of data.keys) {
    document.querySelector(`.st-key-${key}`)?.setAttribute("lang", data.language);
  }
}
