// What a pad does in the browser.
// A picture is drawn from an answer of the route "pad", one request at a time. The page hears of a
// place only when the pointer or the key is let go, and then shows it in its sliders and its link.

import { pictureAt, waited } from "../shared/asking.js";
import { element } from "../shared/nodes.js";
import { Releases } from "../shared/release.js";
import { Unit } from "../shared/units.js";
import { Tour } from "./tour.js";

/** @typedef {{ name: string, low: number, high: number, digits: number, unit: string }} Scale */

const pads = new WeakMap();
const STEP = .02, FAST = .1;  // of an arrow key, alone and with Shift
const LATE = 60;  // ms without a picture after which a preview stands in for it
/** @param {number} value */
export const round = (value) => Math.round(Math.min(1, Math.max(-1, value)) * 100) / 100;

// What a place from −1 to 1 means; rounded as the page rounds it, 1.125 to 1.12.
/** @param {Scale} scale @param {number} place */
export const value = ({ low, high, digits, unit }, place) => {
  const number = new Intl.NumberFormat("en", {
    minimumFractionDigits: digits, maximumFractionDigits: digits, roundingMode: "halfEven",
  });
  return number.format(low + (high - low) * (place + 1) / 2).replace("-", "−") + unit;
};

export class Pad {
  x = 0;
  y = 0;
  /** @type {Scale[]} */
  scales = [];
  name = "";
  scene = "";          // what is dragged over
  side = 1;            // pictures of the map, along a side
  /** what the server knows the scene by @type {string | null} */
  token = null;
  /** a token that the server did not know @type {string | null} */
  lost = null;
  /** the newest place that is not yet asked for @type {number[] | null} */
  wanted = null;
  asked = false;       // whether a request is on its way
  gone = false;
  releases = new Releases();
  /** where it goes by itself @type {Tour | null} */
  tour = null;
  why = "";            // there are no live pictures
  /** when the last pictures were drawn @type {number[]} */
  times = [];
  /** until a preview @type {ReturnType<typeof setTimeout> | null} */
  waiting = null;
  count = 0;           // pictures by number: none is drawn over a newer one
  drawn = 0;
  shown = "";          // the place whose picture is there; "" while it is a preview
  /** @type {(value: any) => void} */
  tell = () => {};
  /** a thumbnail @type {(index: number) => void} */
  press = () => {};

  constructor(root) {
    this.find = (name) => root.querySelector(name);
    this.field = this.find(".field");
    this.canvas = this.find("canvas");
    this.units = ["x", "y"].map((key) => new Unit(key));  // of the sliders
    this.listen();
  }

  listen() {
    const field = this.field;
    field.onpointerdown = (event) => {
      if (event.button !== 0) return;
      field.setPointerCapture(event.pointerId);
      field.focus({ preventScroll: true });
      this.hold();
      this.follow(event);
    };
    field.onpointermove = (event) => { if (this.releases.held && event.buttons) this.follow(event); };
    field.onpointerup = field.onpointercancel = () => this.release();
    field.onkeydown = (event) => {
      const step = event.shiftKey ? FAST : STEP;
      const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step],
                      ArrowDown: [0, -step] };
      const move = event.key === "Home" ? [-this.x, -this.y] : moves[event.key];
      if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.hold();
      this.go(this.x + move[0], this.y + move[1]);
    };
    field.onkeyup = field.onblur = () => this.release();
  }

  hold() {
    this.tour?.end();
    this.releases.hold();
  }

  // By itself, only as fast as pictures come: what somebody drags goes first.
  /** @returns {boolean} */
  wander(x, y) {
    if (this.gone) this.tour?.end();
    if (this.gone || this.asked || !this.token) return false;
    this.go(x, y);
    return true;
  }

  follow(event) {
    const box = this.field.getBoundingClientRect();
    this.go((event.clientX - box.left) / box.width * 2 - 1,
            1 - (event.clientY - box.top) / box.height * 2);
  }

  go(x, y) {
    this.place(round(x), round(y));
    this.want();
  }

  place(x, y) {
    [this.x, this.y] = [x, y];
    const dot = this.find("i");
    dot.style.left = `${(x + 1) * 50}%`;
    dot.style.top = `${(1 - y) * 50}%`;
    this.field.setAttribute("aria-valuenow", x);
    this.field.setAttribute("aria-valuetext", this.words(x, y));
  }

  release() {
    if (this.releases.letGo()) this.commit();
  }

  commit() {
    this.tell({ x: this.x, y: this.y, release: this.releases.next() });
  }

  want() {
    this.wanted = [this.x, this.y];
    this.pump();
    this.waiting ??= setTimeout(() => this.preview(), LATE);
  }

  words(x, y) {
    const places = [x, y];
    return this.scales.map((scale, i) => `${scale.name} ${value(scale, places[i])}`).join(", ");
  }

  // One request at a time; what was wanted meanwhile, but for the newest, is never asked for.
  async pump() {
    if (this.asked || !this.wanted || !this.token) return;
    const [x, y] = this.wanted, token = this.token, number = ++this.count;
    this.wanted = null;
    this.asked = true;
    const query = `x=${x.toFixed(2)}&y=${y.toFixed(2)}`;
    const { answer, blob, why } = await pictureAt(`pad/${token}?${query}`);
    const first = this.lost !== token;
    if (answer?.status === 404 || answer?.status === 410) {
      this.token = null;  // until the page has registered the pad anew
      this.wanted ??= [x, y];
      if (first) this.commit();
      this.lost = token;
    } else {
      this.lost = null;
    }
    this.why = why && !(this.lost && first) ? why : "";
    if (this.why) this.say(this.why);
    if (await waited(answer)) {
      this.wanted ??= [x, y];
      this.why = "";
    }
    this.asked = false;
    if (this.gone) return;
    this.pump();  // the next is on its way while this one is drawn
    if (answer && blob) {
      this.draw(await createImageBitmap(blob), x, y, number);
      this.report(answer.headers);
    }
  }

  // Between the four nearest pictures of the map, each by how near it is: pixels, not latents.
  preview() {
    this.waiting = null;
    const map = this.find(".field img"), { canvas, side } = this;
    if (this.gone || !map.naturalWidth) return;
    const [width, height] = [map.naturalWidth / side, map.naturalHeight / side];
    const at = (place) => Math.min(side - 1, Math.max(0, (place + 1) / 2 * side - .5));
    const [across, down] = [at(this.x), at(-this.y)];
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext("2d");
    context.globalCompositeOperation = "lighter";  // weights of a sum, not of layers
    for (const row of [Math.floor(down), Math.floor(down) + 1]) {
      for (const column of [Math.floor(across), Math.floor(across) + 1]) {
        context.globalAlpha = Math.max(0, 1 - Math.abs(down - row))
                            * Math.max(0, 1 - Math.abs(across - column));
        if (!context.globalAlpha) continue;
        context.drawImage(map, column * width, row * height, width, height, 0, 0, width, height);
      }
    }
    this.shown = "";
    this.describe(`${this.words(this.x, this.y)} (preview)`);
    this.say(this.why || "preview: blended pixels of the map");
  }

  draw(picture, x, y, number) {
    if (number < this.drawn) return;
    [this.drawn, this.shown] = [number, String([x, y])];
    clearTimeout(this.waiting ?? undefined);
    this.waiting = null;
    const { canvas } = this;
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext("2d").drawImage(picture, 0, 0);
    this.describe(this.words(x, y));
  }

  describe(words) {
    this.canvas.setAttribute("aria-label", `${this.name}: ${words}`);
    this.find(".said").textContent = words;
  }

  report(headers) {
    const now = performance.now();
    this.times = [...this.times.filter((time) => now - time < 1000), now];
    const rate = 1000 * (this.times.length - 1) / (now - this.times[0]);
    const decode = /decode;dur=([\d.]+)/.exec(headers.get("Server-Timing") ?? "")?.[1];
    const norm = headers.get("Norm-Ratio"), parts = [];
    if (this.times.length > 3) parts.push(`${rate.toFixed(0)} frames/s`);
    if (decode) parts.push(`decode ${Math.round(Number(decode))} ms`);  // a proxy may have taken it out
    if (norm) parts.push(`‖z‖/√D ${norm}`);
    this.say(parts.join(" · "));
  }

  say(text) { this.find("output").textContent = text; }

  update(data) {
    const map = this.find(".field img");
    if (map.src !== data.map) map.src = data.map;
    for (const name of [".screen", ".field"]) this.find(name).style.aspectRatio = data.shape;
    this.find(".axes").textContent = data.axes;
    this.field.setAttribute("aria-label", data.name);
    const corner = (text) => Object.assign(document.createElement("b"), { textContent: text });
    this.find(".corners").replaceChildren(...data.corners.map(corner));
    this.find(".pad").classList.toggle("compact", Boolean(data.compact));
    this.updateThumbs(data);
    const behind = this.releases.isBehind(data);
    const changed = data.scene !== this.scene;
    const other = this.shown !== String([data.x, data.y]);
    [this.name, this.scales] = [data.name, data.scales];
    [this.token, this.scene, this.side] = [data.token, data.scene, data.side];
    if (data.byItself) this.tour ??= new Tour((x, y) => this.wander(x, y));
    else this.units.forEach((unit, i) => unit.watch((place) => value(data.scales[i], place)));
    if (this.tour && !this.tour.over) {
      if (!this.count) this.paint(data);
      return;
    }
    if (!behind) this.place(data.x, data.y);
    if (this.wanted || (behind && changed)) this.want();
    else if (!behind && (changed || other)) this.paint(data);
  }

  // The latents that it goes between. A button that is there already is kept, with its focus.
  updateThumbs({ thumbnails = [], pressed = 0, corners }) {
    const thumbs = this.find(".thumbs"), board = this.find(".board");
    board.classList.toggle("framed", thumbnails.length > 0 && corners.length > 0);
    board.classList.toggle("headed", thumbnails.length > 0 && !corners.length);
    while (thumbs.children.length > thumbnails.length) thumbs.lastChild.remove();
    thumbnails.forEach(({ letter, name, source }, i) => {
      if (!thumbs.children[i]) {
        const button = element("button", "thumb");
        button.append(element("img", ""), element("b", ""));
        thumbs.append(button);
      }
      const button = thumbs.children[i], [picture, sign] = button.children;
      if (picture.src !== source) picture.src = source;
      picture.alt = "";
      picture.style.aspectRatio = this.find(".field").style.aspectRatio;
      sign.textContent = letter;
      button.ariaLabel = button.title = `${letter}: ${name}. Change it`;
      button.ariaPressed = String(i === pressed);
      button.onclick = () => this.press(i);
    });
  }

  // The page has decoded this place itself.
  async paint({ picture, x, y }) {
    const number = ++this.count, image = new Image();
    image.src = picture;
    await image.decode();
    this.draw(image, x, y, number);
    this.say(this.why);
  }
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  if (!pads.has(parentElement)) pads.set(parentElement, new Pad(parentElement));
  const pad = pads.get(parentElement);
  pad.gone = false;
  pad.tell = (place) => setStateValue("place", place);
  pad.press = (index) => setTriggerValue("thumbnail", index);
  pad.update(data);
  return () => {
    pad.gone = true;
    pad.units.forEach((unit) => unit.leave());
  };
}
