/** What a class has come to, told to the page until the page has drawn it. */
const SOON = 300;  // milliseconds after news, in which the page asks for itself
const AGAIN = [1000, 2000, 4000, 8000];  // after which a lost server is asked again
const PATIENCE = 4000;  // in which a page that was told has been drawn anew; twice as long each time
const WHILE = 200;  // milliseconds, in which a page that runs is looked at again
const KINDS = ["page", "part"];
const NONE = { page: "none", part: "none" };

// Of the server that has said this: another one when it is started anew.
const serverOf = (news) => (news.page === "none" ? "" : news.page.split(".")[0]);

export class Listener {
  /** what is drawn, and how the page is told, by kind @type {Record<string, any>} */
  drawn = {};
  /** what the server has said last @type {Record<string, string> | null} */
  latest = null;
  failures = 0;
  /** shows one of the page's words; "" takes it away @type {(name: string) => void} */
  show = () => {};

  /**
   * @param {(address: string) => Promise<any>} ask
   * @param {() => boolean} isBusy whether the page is being drawn
   */
  constructor(ask, isBusy) {
    this.ask = ask;
    this.isBusy = isBusy;
  }

  /** A part of the page has been drawn, with this news of its kind. */
  draw(kind, news, tell) {
    const told = this.drawn[kind]?.news === news ? this.drawn[kind] : { wait: PATIENCE };
    clearTimeout(this.drawn[kind]?.timer);
    const drawn = { ...told, news, tell, said: null };
    this.drawn[kind] = drawn;
    this.compare();
    if (!this.running) this.run();
    return () => {
      clearTimeout(drawn.timer);
      if (this.drawn[kind] === drawn) delete this.drawn[kind];
    };
  }

  /** Ask, and ask again, as long as something is drawn. */
  async run() {
    this.running = true;
    while (KINDS.some((kind) => this.drawn[kind])) await this.once();
    this.running = false;
  }

  async once() {
    const known = this.latest ?? this.known();
    const answer = await this.ask(`class?${new URLSearchParams(known)}`).catch(() => null);
    const status = answer?.status ?? 0;
    if (status === 204) return this.found();
    if (status !== 200 && status !== 404) return this.lost();
    const news = status === 404 ? NONE : await answer.json().catch(() => null);
    if (typeof news?.page !== "string" || typeof news.part !== "string") return this.lost();
    this.found();
    const server = serverOf(this.latest ?? known);
    if (server && server !== serverOf(news)) this.show(serverOf(news) ? "anew" : "gone");
    this.latest = news;
    this.compare();
    await this.pause(status === 404 ? AGAIN[2] : SOON);
  }

  /** What is drawn is what is known, before the server has said anything. */
  known() {
    const entries = KINDS.map((kind) => [kind, this.drawn[kind]?.news ?? "none"]);
    return Object.fromEntries(entries);
  }

  /** Tell the page what it has not drawn: all of it, or one part. */
  compare() {
    if (!this.latest) return;
    for (const kind of KINDS) {
      const drawn = this.drawn[kind];
      if (!drawn || drawn.news === this.latest[kind]) continue;
      if (drawn.said !== this.latest[kind]) {
        // A part of a page that is being left would take the next one's place.
        if (kind === "part" && this.isBusy()) return this.later(drawn, WHILE);
        drawn.said = this.latest[kind];
        drawn.tell(drawn.said);
        // What a page is told while it runs may be lost.
        this.later(drawn, drawn.wait);
        drawn.wait *= 2;
      }
      return;
    }
  }

  /** Look again whether it knows what is new. */
  later(drawn, milliseconds) {
    clearTimeout(drawn.timer);
    drawn.timer = setTimeout(() => {
      drawn.said = null;
      this.compare();
    }, milliseconds);
  }

  found() {
    if (this.failures > 1) this.show("");
    this.failures = 0;
  }

  async lost() {
    this.failures += 1;
    if (this.failures > 1) this.show("lost");
    await this.pause(AGAIN[Math.min(this.failures, AGAIN.length) - 1] * (0.75 + Math.random() / 2));
  }

  pause(milliseconds) {
    return new Promise((done) => setTimeout(done, milliseconds));
  }
}
