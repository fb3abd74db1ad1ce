// What the toy's board does in the browser.
// Points and lines arrive for every layer, so the scrubber needs no server: between two layers all go
// straight on, which is how a coupling moves one coordinate. The page hears of the layer when the
// scrubber is let go.

import { Releases } from "../shared/release.js";

const toys = new WeakMap();
const SECONDS = .55;        // of the animation, for each layer
const FAR = 3 / 32767;      // of a short, in units of the view

const unpack = (text) => new Int16Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);

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
    const words = layer <= 0 ? "data x" : layer >= this.couplings ? "latent z"
      : `layer ${layer.toFixed(whole ? 0 : 1)} of ${this.couplings}`;
    this.find("output").textContent = words;
    this.input.setAttribute("aria-valuetext", words);
    this.plane.setAttribute("aria-label", `${this.shown.join(", ") || "nothing"} at ${words},` +
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
    const words = Object.keys(parts).filter((name) => this.shown.includes(name)).map((name) => {
      const dot = Object.assign(document.createElement("b"), { textContent: "● " });
      dot.style.color = this.colours[name] ?? "inherit";
      const span = document.createElement("span");
      span.append(dot, `${parts[name]}  `);
      return span;
    });
    this.find(".legend").replaceChildren(...words);
  }

  // A canvas of the screen's own pixels, its context and the colours of the theme.
  open(canvas) {
    const ratio = devicePixelRatio || 1, style = getComputedStyle(canvas);
    const width = Math.round(canvas.clientWidth * ratio);
    const height = Math.round(canvas.clientHeight * ratio);
    if (!width || !height) return null;
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, width, height);
    const text = style.getPropertyValue("--st-text-color") || "#888";
    const font = style.getPropertyValue("--st-font") || "sans-serif";
    return { context, width, height, ratio, text, font };
  }

  // Where one kind of thing is now: numbers x, y, x, y, ... in pixels.
  now(name, side) {
    const all = this.places[name], count = all.length / (this.couplings + 1);
    const low = Math.min(this.couplings - 1, Math.floor(this.layer)), part = this.layer - low;
    const first = all.subarray(low * count, (low + 1) * count);
    const second = all.subarray((low + 1) * count, (low + 2) * count);
    const half = side / 2, out = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      const value = (first[i] + part * (second[i] - first[i])) * FAR;
      out[i] = i % 2 ? half - value * half : half + value * half;
    }
    return out;
  }

  draw() {
    const open = this.loss && this.open(this.plane);
    if (!open) return;
    const { context, width: side, ratio, text, font } = open;
    const axis = (value) => (value / this.view + 1) / 2 * side;
    context.strokeStyle = context.fillStyle = text;
    context.font = `${11 * ratio}px ${font}`;
    context.globalAlpha = .55;
    for (const value of [-2, 0, 2]) {
      context.fillText(`${value}`.replace("-", "−"), axis(value) + 2 * ratio, side - 4 * ratio);
      if (value) context.fillText(`${value}`.replace("-", "−"), 3 * ratio, side - axis(value));
      context.fillRect(axis(value), side - 5 * ratio, ratio, 5 * ratio);
      context.fillRect(0, side - axis(value), 5 * ratio, ratio);
    }
    if (this.shown.includes("grid")) {
      const at = this.now("grid", side), length = 2 * this.stops;
      const lines = at.length / length;
      context.lineWidth = ratio;
      for (let line = 0; line < lines; line++) {
        context.globalAlpha = line < lines / 2 ? .4 : .22;
        context.beginPath();
        const end = (line + 1) * length;
        for (let i = end - length; i < end; i += 2) context.lineTo(at[i], at[i + 1]);
        context.stroke();
      }
    }
    context.globalAlpha = .75;
    const size = 4.5 * ratio;
    for (const name of ["data", "samples"]) {
      if (!this.shown.includes(name)) continue;
      const at = this.now(name, side);
      context.fillStyle = this.colours[name];
      for (let i = 0; i < at.length; i += 2) {
        context.beginPath();
        context.arc(at[i], at[i + 1], size / 2, 0, 7);
        context.fill();
      }
    }
    context.globalAlpha = 1;
  }

  drawLoss() {
    const { batches, held_out, best, gaussian } = this.loss;
    const canvas = this.find(".loss"), last = held_out[held_out.length - 1];
    const words = `Loss in nats a point: ${last[1].toFixed(3)} on held-out points after ` +
      `${last[0]} steps; a plain Gaussian needs ${gaussian.toFixed(2)}, the true density ` +
      `${best.toFixed(2)}`;
    canvas.setAttribute("aria-label", words);
    this.find(".losses").textContent = "Loss in nats a point: of the batches (thin), of held-out " +
      "points (thick); dashed, what a plain Gaussian and the true density need.";
    const open = this.open(canvas);
    if (!open) return;
    const { context, width, height, ratio, text, font } = open;
    const least = Math.min(best, ...batches.map(([, value]) => value));
    const room = .1 * (gaussian - least), low = least - room, high = gaussian + room;
    const steps = Math.max(100, held_out[held_out.length - 1][0], batches.length ?
      batches[batches.length - 1][0] : 0);
    const left = 4 * ratio, right = width - 130 * ratio;
    const x = (step) => left + step / steps * (right - left);
    const y = (value) => height - (Math.min(value, high) - low) / (high - low) * height;
    context.font = `${12 * ratio}px ${font}`;
    context.strokeStyle = context.fillStyle = text;
    context.setLineDash([5 * ratio, 4 * ratio]);
    for (const [value, name] of [[gaussian, "Gaussian"], [best, "true density"]]) {
      context.globalAlpha = .6;
      context.lineWidth = ratio;
      context.beginPath();
      context.moveTo(left, y(value)); context.lineTo(right, y(value));
      context.stroke();
      context.globalAlpha = .9;
      const words = `${name} ${value.toFixed(2)}`.replace("-", "−");
      context.fillText(words, right + 8 * ratio, y(value) + 4 * ratio);
    }
    context.setLineDash([]);
    context.fillText(`${steps} steps`, right + 8 * ratio, height / 2);
    const curve = (points, colour, thick, alpha) => {
      context.globalAlpha = alpha;
      context.strokeStyle = colour;
      context.lineWidth = thick * ratio;
      context.beginPath();
      for (const [step, value] of points) context.lineTo(x(step), y(value));
      context.stroke();
    };
    curve(batches, this.colours.data, 1, .6);
    curve(held_out, this.colours.samples, 2.5, 1);
    context.globalAlpha = 1;
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
