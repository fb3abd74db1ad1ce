// A pad that moves by itself, so that a page is alive before anybody presses anything.

const SECONDS = 14;
const PAUSE = 80;  // ms between two places at least

// A curve from the middle through all four quarters and back.
/** @param {number} share of the way, from 0 to 1 @returns {[number, number]} */
export const placeAt = (share) => {
  const turn = 2 * Math.PI * share;
  return [.85 * Math.sin(turn), .85 * Math.sin(2 * turn)];
};

export class Tour {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
  gone = 0;  // ms of it that are over
  over = false;

  // `go` is told the next place, and says whether there is time for one.
  /** @param {(x: number, y: number) => boolean} go */
  constructor(go) {
    this.go = go;
    // Who has asked for less motion gets none that was not asked for.
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.over = true;
    else this.wait();
  }

  wait() { this.timer = setTimeout(() => this.step(), PAUSE); }

  step() {
    this.wait();
    if (document.hidden) return;
    const next = this.gone + PAUSE;
    if (!this.go(...placeAt(Math.min(1, next / (1000 * SECONDS))))) return;
    this.gone = next;
    if (next >= 1000 * SECONDS) this.end();
  }

  end() {
    clearTimeout(this.timer);
    this.over = true;
  }
}
