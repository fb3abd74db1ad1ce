// The keys of a presenter, Page Up and Page Down, walk through the lesson wherever the focus is: a
// slider that has it would else take them for itself. In a longer text they move as they always do.

const BUTTONS = { PageDown: "next", PageUp: "back" };

const onKey = (event) => {
  const name = BUTTONS[event.key];
  const plain = !(event.ctrlKey || event.altKey || event.metaKey || event.shiftKey);
  if (!name || !plain || event.composedPath()[0].localName === "textarea") return;
  const button = document.querySelector(`.st-key-lesson_${name} button`);
  if (!(button instanceof HTMLButtonElement)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!button.disabled && !event.repeat) button.click();
};

export default function () {
  // The same function each time: it is there once, however often the page is drawn.
  window.addEventListener("keydown", onKey, true);
  return () => window.removeEventListener("keydown", onKey, true);
}
