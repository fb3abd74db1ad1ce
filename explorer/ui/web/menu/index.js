// A press beside the sidebar is Streamlit's own way to close it where it covers the page; elsewhere,
// and where it is closed, that does nothing. Streamlit closes it by itself for browsers that call
// themselves a phone's, and for links of the menu alone.

export default function ({ data }) {
  const here = /** @type {{ realnvpPage?: string }} */ (window);
  if (here.realnvpPage === data.page) return;
  here.realnvpPage = data.page;
  const beside = document.querySelector("[data-testid=stMain]");
  beside?.dispatchEvent(new MouseEvent("mousedown", { bubbles: true }));
}
