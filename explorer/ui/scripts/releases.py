"""How what is held in the browser and the page agree on who is ahead."""

RELEASES = """
// The page hears of what is held only when it is let go. Each time has a number, and all that the
// page says comes with the number of the last one that it has heard of.
class Releases {
  constructor() { this.count = 0; }

  next() { return ++this.count; }

  // Whether the page speaks of a time before the last release, and is not to be followed.
  // Another session, as there is after a restart of the server, has heard of none of ours.
  areAhead({ session, release }) {
    if (session !== this.session) this.count = release;
    this.session = session;
    const ahead = release < this.count;
    this.count = Math.max(this.count, release);
    return ahead;
  }
}
"""
