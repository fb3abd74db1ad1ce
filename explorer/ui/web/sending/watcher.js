/** What the list of an uploader shows, told to the page until the page knows it. */
const MOMENT = 500;  // milliseconds, in which most files have arrived

const text = (state) => JSON.stringify(state ?? null);

export class Watcher {
  /** tells the page the state of the last file @type {(now: any) => void} */
  tell = () => {};
  /** what the page knows, and what it was told */
  known = "null";
  said = "";
  wait = MOMENT;

  constructor() {
    this.observer = new MutationObserver(() => this.look());
  }

  /** The page has run: it knows this, and its elements may be others. */
  watch(data) {
    this.key = data.key;
    this.known = text(data.known);
    this.observer.disconnect();
    const place = document.querySelector(`.st-key-${this.key}`);
    if (place) this.observer.observe(place, { subtree: true, childList: true, attributes: true });
    this.look();
  }

  look() {
    clearTimeout(this.timer);
    const now = this.state();
    if (text(now) === this.known) {
      this.said = this.known;
      this.wait = MOMENT;
      // The element may be replaced by one that is not observed.
      if (now?.sending) this.later(() => this.look());
    } else if (text(now) === this.said) {
      this.later(() => this.again());
    } else if (now?.sending) {
      this.later(() => this.say(this.state()));
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
    this.said = text(now);
    if (this.said !== this.known) this.tell(now);
    this.look();
  }

  /** What a page is told while it runs may be lost; not too often, as it then runs anew. */
  again() {
    this.wait *= 2;
    this.say(this.state());
  }

  later(what) {
    this.timer = setTimeout(what, this.wait);
  }

  stop() {
    clearTimeout(this.timer);
    this.observer.disconnect();
  }
}
