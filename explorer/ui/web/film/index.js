// What a film along a path does in the browser.
// All its frames are on one sheet, and their numbers with them: to play and to scrub need no server.

import { ends, ticks } from "./axes.js";

const films = new WeakMap();
const PACE = 140;  // ms that a frame is seen
const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 260, LEFT = 44, RIGHT = 44, TOP = 8, BOTTOM = 24;  // of the chart, in CSS pixels
const THUMB = 8;   // half of the scrubber's, about

// The frame after this one, and the way it goes on: to the end, and back.
/** @param {number} at @param {number} way @param {number} count @returns {[number, number]} */
export const after = (at, way, count) => {
  if (count < 2) return [0, 1];
  const turned = at + way < 0 || at + way >= count ? -way : way;
  return [at + turned, turned];
};

class Film {
  at = 0;      // the frame that is seen
  way = 1;     // that it goes on, while it plays
  asked = 0;   // how often the page has asked for a frame
  /** @type {ReturnType<typeof setInterval> | undefined} */
  timer;
  /** @type {any} */
  data;
  sheet = new Image();
  width = 0;   // of the chart
  /** the two curves @type {{ values: number[], y: (value: number) => number,
   *   ticks: { at: number, text: string }[], colour: string }[]} */
  lines = [];

  constructor(root) {
    this.find = (name) => root.querySelector(name);
    this.chart = this.find(".chart");
    this.input = this.find("input");
    this.button = this.find(".play");
    this.observer = new ResizeObserver(() => this.plot());
    this.listen();
  }

  listen() {
    this.input.oninput = () => { this.stop(); this.go(Number(this.input.value)); };
    this.button.onclick = () => { if (this.timer) this.stop(); else this.play(); };
    this.sheet.onload = () => this.draw();
    const follow = (event) => {
      const box = this.chart.getBoundingClientRect();
      const share = (event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT);
      this.stop();
      this.go(Math.round(share * (this.count - 1)));
    };
    this.chart.onpointerdown = (event) => {
      if (event.button !== 0) return;
      this.chart.setPointerCapture(event.pointerId);
      follow(event);
    };
    this.chart.onpointermove = (event) => { if (event.buttons) follow(event); };
  }

  get count() { return this.data.norms.length; }

  // There and back, until it is stopped; once for who has asked for less motion.
  play() {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (this.at === this.count - 1) this.go(0);
    this.way = 1;
    this.timer = setInterval(() => {
      const [next, way] = after(this.at, this.way, this.count);
      if (still && way < 0) { this.stop(); return; }
      this.way = way;
      this.go(next);
    }, PACE);
    this.name();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.name();
  }

  name() { this.button.textContent = this.timer ? "❚❚ Pause" : "▶ Play"; }

  go(at) {
    this.at = Math.min(this.count - 1, Math.max(0, at));
    this.draw();
    this.mark();
  }

  // The frame, its numbers, and where the scrubber stands.
  draw() {
    const { data, at, sheet, input } = this;
    const canvas = this.find("canvas"), [width, height] = data.size;
    [canvas.width, canvas.height] = [width, height];
    const column = at % data.columns, row = Math.floor(at / data.columns);
    const left = column * (width + data.gap), top = row * (height + data.gap);
    if (sheet.naturalWidth) {
      canvas.getContext("2d").drawImage(sheet, left, top, width, height, 0, 0, width, height);
    }
    canvas.ariaLabel = data.titles[at];
    input.max = String(this.count - 1);
    input.value = String(at);
    input.ariaValueText = data.titles[at];
    this.find("output").textContent = `Frame ${at + 1} of ${this.count}`;
    this.find(".norm").textContent = `‖z‖/√D ${data.words[at][0]}`;
    this.find(".bits").textContent = `bits/dim ${data.words[at][1]} (right)`;
  }

  update(data) {
    this.data = data;
    data.colours.forEach((colour, i) => {
      this.find([".norm", ".bits"][i]).style.setProperty("--colour", colour);
    });
    this.at = Math.min(this.at, this.count - 1);
    const [frame, times] = data.asked;
    if (times !== this.asked) {
      this.stop();
      this.at = frame;
    }
    this.asked = times;
    if (this.sheet.src !== data.sheet) this.sheet.src = data.sheet;
    this.chart.ariaLabel = data.alt;
    this.name();
    this.draw();
    this.plot();
  }

  // Where a frame stands on the chart.
  /** @param {number} at */
  x(at) { return LEFT + (this.width - LEFT - RIGHT) * at / Math.max(1, this.count - 1); }

  // Both curves, each with an axis of its own.
  plot() {
    if (!this.data) return;
    const { norms, bits, colours } = this.data, width = this.chart.clientWidth;
    if (width <= LEFT + RIGHT) return;
    this.chart.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.width = width;
    this.lines = [norms, bits].map((values, i) => {
      const [low, high] = ends(i ? values : [...values, .95, 1.05]);
      const y = (value) => HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low);
      return { values, y, ticks: ticks(low, high), colour: colours[i] };
    });
    const [first, second] = this.lines, nodes = [];
    for (const { at, text } of first.ticks) {
      nodes.push(node("line", { class: "rule", x1: LEFT, x2: width - RIGHT, y1: first.y(at), y2: first.y(at) }),
                 node("text", { x: LEFT - 8, y: first.y(at) + 4, "text-anchor": "end" }, text));
    }
    for (const { at, text } of second.ticks) {
      nodes.push(node("text", { x: width - RIGHT + 8, y: second.y(at) + 4 }, text));
    }
    const every = Math.ceil(this.count / 12);
    for (let at = 0; at < this.count; at += every) {
      nodes.push(node("text", { x: this.x(at), y: HEIGHT - 6, "text-anchor": "middle" }, String(at + 1)));
    }
    nodes.push(node("line", { class: "one", x1: LEFT, x2: width - RIGHT, y1: first.y(1), y2: first.y(1) }),
               node("line", { class: "mark", y1: TOP, y2: HEIGHT - BOTTOM }));
    for (const { values, y, colour } of this.lines) {
      const points = values.map((value, at) => `${this.x(at)},${y(value)}`).join(" ");
      nodes.push(node("polyline", { points, style: `--colour: ${colour}` }));
    }
    for (const { colour } of this.lines) {
      nodes.push(node("circle", { class: "here", r: 6, style: `--colour: ${colour}` }));
    }
    this.chart.replaceChildren(...nodes);
    // The scrubber's thumb is below the mark.
    this.input.style.margin = `0 0 0 ${LEFT - THUMB}px`;
    this.input.style.width = `${width - LEFT - RIGHT + 2 * THUMB}px`;
    this.mark();
  }

  mark() {
    const line = this.find(".mark");
    if (!line) return;
    line.setAttribute("x1", this.x(this.at));
    line.setAttribute("x2", this.x(this.at));
    [...this.chart.querySelectorAll(".here")].forEach((dot, i) => {
      dot.setAttribute("cx", this.x(this.at));
      dot.setAttribute("cy", this.lines[i].y(this.lines[i].values[this.at]));
    });
  }

  leave() {
    this.stop();
    this.observer.disconnect();
  }
}

// A part of a drawing.
const node = (name, attributes, text = "") => {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, String(value)));
  made.textContent = text;
  return made;
};

export default function ({ data, parentElement }) {
  if (!films.has(parentElement)) films.set(parentElement, new Film(parentElement));
  const film = films.get(parentElement);
  film.observer.observe(film.chart);
  film.update(data);
  return () => film.leave();
}
