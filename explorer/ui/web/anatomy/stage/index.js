// What the steps do in the browser.
// The pictures come once, into a store of the window; the stage shows them without asking anybody,
// and tells the page of a step when it is let go, or while it plays, when the page has answered the
// last one.

import { Releases } from "../../shared/release.js";
import { store } from "../steps.js";
import { element } from "../../shared/nodes.js";
import { Diagram } from "./diagram.js";
import { Views, drawBars, place } from "./views.js";

const stages = new WeakMap();
const PAUSE = 650;  // milliseconds that a step is shown while playing
const typing = (event) => event.composedPath().some((node) =>
  node.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(node.tagName) &&
  node.type !== "range");

class Stage {
  step = 1;
  count = 0;           // of steps
  told = 0;            // the step that the page was told
  answered = true;     // whether the page has heard of that
  name = "";
  wanted = "";         // the name of the pictures to show
  /** those that are shown @type {any} */
  kept;
  releases = new Releases();
  /** while it plays @type {ReturnType<typeof setInterval> | undefined} */
  timer;
  /** @type {AbortController | null} */
  attached = null;
  /** @type {(pixel: any) => void} */
  choose = () => {};
  /** @type {(value: any) => void} */
  tell = () => {};

  constructor(root) {
    this.find = (name) => root.querySelector(name);
    this.views = new Views(this.find, (pixel) => { this.stop(); this.choose(pixel); });
    this.diagram = new Diagram(this.find(".flow"), (step) => this.move(step - this.step));
    this.find(".previous").onclick = () => this.move(-1);
    this.find(".next").onclick = () => this.move(1);
    this.find(".play").onclick = () => this.toggle();
    this.listen(this.find(".bars"));
  }

  listen(bars) {
    const follow = (event) => {
      const box = bars.getBoundingClientRect();
      this.show(1 + Math.floor((event.clientX - box.left) / box.width * this.count));
    };
    bars.onpointerdown = (event) => {
      if (event.button || !this.count) return;
      bars.setPointerCapture(event.pointerId);
      bars.focus({ preventScroll: true });
      this.stop();
      this.releases.hold();
      follow(event);
    };
    bars.onpointermove = (event) => { if (this.releases.held) follow(event); };
    bars.onpointerup = bars.onpointercancel = () => { if (this.releases.held) this.commit(); };
    bars.onkeydown = (event) => {
      const moves = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10,
                      PageUp: 10, Home: -this.count, End: this.count };
      if (!moves[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.stop();
      this.releases.hold();
      this.show(this.step + moves[event.key]);
    };
    bars.onkeyup = bars.onblur = () => { if (this.releases.held) this.commit(); };
  }

  // Once, however often the page has news.
  attach() {
    if (this.attached) return;
    this.attached = new AbortController();
    const { signal } = this.attached;
    document.addEventListener("keydown", (event) => this.key(event), { signal });
    window.addEventListener("realnvp-steps", () => this.refresh(), { signal });
    const panels = this.find(".panels");
    const observer = new ResizeObserver(() => {
      if (this.views.width !== panels.clientWidth) this.views.resize();
    });
    observer.observe(panels);
    signal.addEventListener("abort", () => observer.disconnect());
  }

  detach() {
    this.attached?.abort();
    this.attached = null;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  // Anywhere on the page, but not while somebody types.
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event)) return;
    const act = { b: () => this.move(-1), f: () => this.move(1), k: () => this.toggle() };
    act[event.key.toLowerCase()]?.();
  }

  move(by) {
    this.stop();
    if (this.show(this.step + by)) this.commit();
  }

  toggle() {
    if (this.timer) { this.stop(); this.commit(); return; }
    if (this.step >= this.count) this.show(1);
    this.timer = setInterval(() => {
      if (!this.show(this.step + 1)) { this.stop(); this.commit(); return; }
      if (this.answered) this.commit();
    }, PAUSE);
    this.buttons();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.buttons();
  }

  commit() {
    this.releases.letGo();
    this.answered = false;
    this.told = this.step;
    this.tell({ step: this.step, release: this.releases.next() });
  }

  buttons() {
    this.find(".previous").disabled = this.step <= 1;
    this.find(".next").disabled = this.step >= this.count;
    const play = this.find(".play"), label = this.timer ? "❚❚ Pause" : "▶ Play";
    play.replaceChildren(`${label} `, Object.assign(element("kbd", ""), { textContent: "K" }));
    play.setAttribute("aria-pressed", String(Boolean(this.timer)));
  }

  // Whether it is another step than before.
  show(step) {
    if (!this.count) return false;
    const next = Math.min(Math.max(step, 1), this.count);
    const moved = next !== this.step;
    this.step = next;
    if (moved) this.draw();
    return moved;
  }

  draw() {
    const { kept, step } = this;
    if (!kept) return;
    const { title, words } = kept.steps[step - 1];
    this.find("h3").textContent = title;
    this.find(".words").textContent = words;
    place(this.find(".bars"), { "aria-valuenow": step, "aria-valuetext": title });
    place(this.find(".here"), { x: step - 1 });
    this.buttons();
    this.diagram.mark(step);
    this.views.draw(step, this.name);
  }

  take(kept) {
    this.kept = kept;
    this.count = kept.steps.length;
    this.views.take(kept);
    drawBars(this.find, kept);
    this.diagram.take(kept.flow, kept.latent);
    place(this.find(".bars"), { "aria-valuemin": 1, "aria-valuemax": this.count });
  }

  update(data) {
    this.answered = !this.releases.areAhead(data);
    const behind = this.releases.held || !this.answered;
    this.name = data.subject;
    this.views.pixel(data.row, data.column, data.marks);
    this.find(".hint").textContent = data.hint;
    this.find(".legend").textContent = data.legend;
    this.wanted = data.name;
    // While it plays the page is heard if it speaks of another step than it was told: its slider.
    if (this.timer && !behind && data.step !== this.told) this.stop();
    if (!behind && !this.timer) this.step = data.step;
    this.refresh();
  }

  // The pictures may come before the page's word of them, or after it.
  refresh() {
    const kept = store.get(this.wanted);
    if (!kept) return;
    if (kept !== this.kept) this.take(kept);
    this.step = Math.min(this.step, this.count);
    this.draw();
  }
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  if (!stages.has(parentElement)) stages.set(parentElement, new Stage(parentElement));
  const stage = stages.get(parentElement);
  stage.tell = (place) => setStateValue("place", place);
  stage.choose = (pixel) => setTriggerValue("pixel", pixel);
  stage.update(data);
  stage.attach();
  return () => stage.detach();
}
