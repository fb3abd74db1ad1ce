// A browser of the class hears here that the class has gone on, and has the page drawn anew. There
// is one listener for all that is drawn: it waits for an answer of the server, which costs nobody
// anything until there is one.

import { Listener } from "./listener.js";

const here = /** @type {{ realnvpClass?: Listener }} */ (/** @type {unknown} */ (window));

const ask = (address) => fetch(address, { cache: "no-store" });

const isBusy = () => !document.querySelector("[data-test-script-state=notRunning]");

let note, going;

// Below the page, not in it: the page may be drawn anew, by a server that knows nothing of it.
const show = (text, seconds) => {
  clearTimeout(going);
  note?.remove();
  if (!text) return;
  note = Object.assign(document.createElement("div"), { className: "class-note", textContent: text });
  note.setAttribute("role", "status");
  document.body.append(note);
  going = setTimeout(() => note.remove(), 1000 * seconds);
};

export default function ({ data, setTriggerValue }) {
  const listener = here.realnvpClass ??= new Listener(ask, isBusy);
  if (data.words) {
    listener.show = (name) => show(data.words[name], name === "anew" ? 15 : 3600);
  }
  return listener.draw(data.kind, data.news, (news) => setTriggerValue("news", news));
}
