/**
 * What the browser says of an uploader that the server does not hear.
 *
 * A file that is too large is turned away in the browser, and one that the server refuses is marked
 * there: the uploader shows it by name, beside what the page shows of the file before. The last file
 * in its list is told to the page if it was refused, or is still on its way after a moment.
 */
const watchers = new WeakMap();
const MOMENT = 500;  // milliseconds, in which most files have arrived

class Watcher {
  /** tells the page the state of the last file @type {(now: any) => void} */
  tell = () => {};

  constructor() {
    this.said = undefined;
    this.observer = new MutationObserver(() => this.look());
  }

  watch(data) {
    this.key = data.key;
    this.said ??= JSON.stringify(data.known);
    const place = document.querySelector(`.st-key-${data.key}`);
    this.observer.disconnect();
    if (place) this.observer.observe(place, { subtree: true, childList: true, attributes: true });
    this.look();
  }

  look() {
    clearTimeout(this.timer);
    const now = this.state();
    if (now?.sending && JSON.stringify(now) !== this.said) {
      this.timer = setTimeout(() => this.say(this.state()), MOMENT);
    } else {
      this.say(now);
    }
  }

  state() {
    const chips = document.querySelectorAll(`.st-key-${this.key} [data-testid=stFileChip]`);
    const chip = chips[chips.length - 1];
    const named = chip?.querySelector("[data-testid=stFileChipName]");
    const name = named?.getAttribute("title") ?? "";
    if (chip?.getAttribute("aria-invalid") === "true") {
      return { name, words: chip.querySelector("[role=alert]")?.textContent ?? "" };
    }
    const spinner = chip?.querySelector("[data-testid=stFileChipIconSpinner]");
    return spinner ? { name, sending: true } : null;
  }

  say(now) {
    const text = JSON.stringify(now);
    if (text === this.said) return;
    this.said = text;
    this.tell(now);
  }

  stop() {
    clearTimeout(this.timer);
    this.observer.disconnect();
  }
}

export default function ({ data, parentElement, setStateValue }) {
  if (!watchers.has(parentElement)) watchers.set(parentElement, new Watcher());
  const watcher = watchers.get(parentElement);
  watcher.tell = (now) => setStateValue("last", now);
  watcher.watch(data);
  return () => watcher.stop();
}
