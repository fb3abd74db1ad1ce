// What the toy's board does in the browser.
// Points and lines arrive for every layer, so the scrubber needs no server. The page hears of the
// layer when the scrubber is let go.

import { Releases } from "../shared/release.js";
import { cleared } from "../shared/canvas.js";
import { chart, words } from "./loss.js";
import { axes, grid, placesAt, points, unpack } from "./plane.js";

const toys = new WeakMap();
const SECONDS = .55;        // of the animation, for each layer

class Toy {
  layer = 0;
  couplings = 1;
  /** places of each kind of thing, one layer after the other @type {Record<string, Int16Array>} */
  places = {};
  view = 1;
  stops = 1;
  /** @type {string[]} */
  shown = [];
  /** @type {Record<string, string>} */
  colours = {};
  temperature = "";
  /** @type {any} */
  loss;
  frame = 0;         // of the animation
  gone = false;
  releases = new Releases();
  /** @type {ResizeObserver | undefined} */
  observer;
  /** @type {(value: any) => void} */
  tell = () => {};

  constructor(root) {
    this.find = (name) => root.querySelector(name);
    this.plane = this.find(".plane");
    this.input = this.find("input");
    this.button = this.find("button");
    this.listen();
  }

  listen() {
    const { input, button } = this;
    input.oninput = () => { this.stop(); this.releases.hold(); this.go(+input.value); };
    input.onchange = () => this.commit();
    input.onkeydown = (event) => {  // arrow keys go from layer to layer
      const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.stop();
      const at = step > 0 ? Math.floor(this.layer + 1.001) : Math.ceil(this.layer - 1.001);
      this.go(Math.min(this.couplings, Math.max(0, at)));
      this.commit();
    };
    button.onclick = () => {
      if (this.frame) { this.stop(); this.commit(); } else this.play();
    };
    this.mark();
  }

  play() {
    const from = this.layer >= this.couplings - .01 ? 0 : this.layer;
    const start = performance.now();
    this.releases.hold();
    const tick = (now) => {
      if (this.gone) { this.frame = 0; return; }
      const at = Math.min(this.couplings, from + Math.max(0, now - start) / 1000 / SECONDS);
      this.go(at);
      this.frame = at < this.couplings ? requestAnimationFrame(tick) : 0;
      if (!this.frame) { this.mark(); this.commit(); }
    };
    this.frame = requestAnimationFrame(tick);
    this.mark();
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.mark();
  }

  mark() {
    const name = `${this.frame ? "Pause" : "Play"} the way through the layers`;
    this.button.textContent = this.frame ? "❚❚" : "▶";
    this.button.title = name;
    this.button.setAttribute("aria-label", name);
  }

  commit() {
    this.releases.letGo();
    this.tell({ layer: Math.round(10 * this.layer) / 10, release: this.releases.next() });
  }

  go(layer) {
    this.layer = layer;
    this.input.value = layer;
    const whole = Math.abs(layer - Math.round(layer)) < .005;
    const where = layer <= 0 ? "data x" : layer >= this.couplings ? "latent z"
      : `layer ${layer.toFixed(whole ? 0 : 1)} of ${this.couplings}`;
    this.find("output").textContent = where;
    this.input.setAttribute("aria-valuetext", where);
    this.plane.setAttribute("aria-label", `${this.shown.join(", ") || "nothing"} at ${where},` +
      ` samples at temperature ${this.temperature}`);
    this.draw();
  }

  update(data) {
    const image = this.find("img");
    if (image.src !== data.source) {
      // The old picture stays until the new one is decoded.
      const next = new Image();
      next.src = data.source;
      next.decode().catch(() => {}).then(() => { image.src = data.source; image.alt = data.alt; });
    } else image.alt = data.alt;
    this.find(".density").textContent = data.caption;
    this.places = { data: unpack(data.data), samples: unpack(data.samples),
                    grid: unpack(data.grid) };
    [this.view, this.couplings, this.stops] = [data.view, data.couplings, data.stops];
    [this.shown, this.colours, this.temperature] = [data.shown, data.colours, data.temperature];
    this.input.max = data.couplings;
    this.legend();
    this.loss = data.loss;
    this.drawLoss();
    const behind = this.releases.isBehind(data);
    this.go(Math.min(data.couplings, behind ? this.layer : data.layer));
  }

  legend() {
    const parts = { data: "data, turned into latents", grid: "grid",
                    samples: `samples at temperature ${this.temperature}` };
    const entries = Object.keys(parts).filter((name) => this.shown.includes(name)).map((name) => {
      const dot = Object.assign(document.createElement("b"), { textContent: "● " });
      dot.style.color = this.colours[name] ?? "inherit";
      const span = document.createElement("span");
      span.append(dot, `${parts[name]}  `);
      return span;
    });
    this.find(".legend").replaceChildren(...entries);
  }

  draw() {
    const surface = this.loss && cleared(this.plane);
    if (!surface) return;
    const at = (name) => placesAt(this.places[name], this.layer, this.couplings, surface.width);
    axes(surface, this.view);
    if (this.shown.includes("grid")) grid(surface, at("grid"), this.stops);
    for (const name of ["data", "samples"]) {
      if (this.shown.includes(name)) points(surface, at(name), this.colours[name]);
    }
  }

  drawLoss() {
    const canvas = this.find(".loss");
    canvas.setAttribute("aria-label", words(this.loss));
    this.find(".losses").textContent = "Loss in nats a point: of the batches (thin), of held-out " +
      "points (thick); dashed, what a plain Gaussian and the true density need.";
    const surface = cleared(canvas);
    if (surface) chart(surface, this.loss, this.colours);
  }

  redraw() {
    if (!this.loss) return;
    this.draw();
    this.drawLoss();
  }
}

export default function ({ data, parentElement, setStateValue }) {
  if (!toys.has(parentElement)) toys.set(parentElement, new Toy(parentElement));
  const toy = toys.get(parentElement);
  toy.gone = false;
  toy.tell = (place) => setStateValue("place", place);
  toy.update(data);
  // This runs at every update: one observer serves them all, and looks anew when told again.
  toy.observer ??= new ResizeObserver(() => toy.redraw());
  toy.observer.observe(toy.plane);
  return () => { toy.observer.disconnect(); toy.gone = true; };
}
