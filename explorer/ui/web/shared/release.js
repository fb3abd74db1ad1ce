// How what is held in the browser and the page agree on who is ahead.

// The page hears of what is held only when it is let go. Each time has a number, and all that the
// page says comes with the number of the last one that it has heard of.
export class Releases {
  held = false;  // by a pointer or a key, or it moves by itself
  count = 0;     // the number of the last release
  /** @type {string | undefined} */
  session;

  hold() { this.held = true; }

  // Whether it was held.
  letGo() {
    const { held } = this;
    this.held = false;
    return held;
  }

  // The number of a release.
  next() { return ++this.count; }

  // Whether the page speaks of a time before the last release.
  // Another session, as there is after a restart of the server, has heard of none of ours.
  /** @param {{ session: string, release: number }} heard */
  areAhead({ session, release }) {
    if (session !== this.session) this.count = release;
    this.session = session;
    const ahead = release < this.count;
    this.count = Math.max(this.count, release);
    return ahead;
  }

  // Whether what the page says is not to be followed.
  /** @param {{ session: string, release: number }} heard */
  isBehind(heard) { return this.areAhead(heard) || this.held; }
}
