// What a box over a picture does in the browser.
// All of it counts in pixels of the picture. The page hears of the box when the pointer or the key is
// let go, and then shows it in its sliders and its link; while it is held, too, but only as often as
// the page has answered: what it shows of the part that is used follows.

import { Releases } from "../shared/release.js";
import { inside, pressed, pulled } from "./box.js";

/** @typedef {import("./box.js").Box} Box */
/** @typedef {{ from: number[], start: Box, corner: number[] | null }} Grip */

const boxes = new WeakMap();
const PAUSE = 100;  // ms that a box stays where it is before the page hears of it, at least
const STEP = .01, FAST = .1;  // of the picture's longer side: an arrow key, alone and with Shift

class CropBox {
  /** @type {Box} */
  at = { left: 0, top: 0, width: 1, height: 1 };
  /** where a pointer took hold @type {Grip | null} */
  grip = null;
  releases = new Releases();
  /** what the page has said @type {any} */
  data;
  /** what the page was last told, if it has not answered @type {string | null} */
  told = null;
  /** until it is told while the box is held @type {ReturnType<typeof setTimeout> | null} */
  waiting = null;
  /** @type {ResizeObserver | undefined} */
  observer;
  /** @type {(value: any) => void} */
  tell = () => {};

  constructor(root) {
    this.find = (name) => root.querySelector(name);
    this.box = this.find(".box");
    this.listen();
  }

  listen() {
    const { box } = this;
    box.onpointerdown = (event) => {
      if (event.button !== 0 || this.releases.held) return;
      box.setPointerCapture(event.pointerId);
      box.focus({ preventScroll: true });
      const { x, y } = event.target.dataset;  // a corner's; the box itself has none
      const corner = x === undefined ? null : [Number(x), Number(y)];
      this.grip = { from: this.place(event), start: { ...this.at }, corner };
      this.releases.hold();
    };
    box.onpointermove = (event) => { if (this.grip) this.follow(this.grip, this.place(event)); };
    box.onpointerup = () => this.release();
    box.onpointercancel = () => { if (this.grip) this.put(this.grip.start); this.release(); };
    box.onkeydown = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || this.grip) return;
      const next = pressed(this.data, this.at, event.key, event.shiftKey ? FAST : STEP);
      if (!next) return;
      event.preventDefault();
      this.put(next);
      this.releases.hold();
      this.report();
    };
    box.onkeyup = box.onblur = () => this.release();
  }

  place(event) {
    const frame = this.find(".frame").getBoundingClientRect();
    const { width, height } = this.data;
    return [(event.clientX - frame.left) / frame.width * width,
            (event.clientY - frame.top) / frame.height * height];
  }

  /** @param {Grip} grip @param {number[]} place */
  follow({ from, start, corner }, [x, y]) {
    const dx = x - from[0], dy = y - from[1];
    this.put(corner ? pulled(this.data, start, corner, dx, dy)
                    : { ...start, left: start.left + dx, top: start.top + dy });
    this.report();
  }

  // One box at a time, the newest: what lies between is never told.
  report() {
    if (this.told !== null) return;
    this.waiting ??= setTimeout(() => {
      this.waiting = null;
      if (this.releases.held && this.told === null) this.send();
    }, PAUSE);
  }

  // Tells the page of the box, unless that is what it has heard last.
  send() {
    const { left, top, width, height } = this.at;
    const box = [left, top, left + width, top + height];
    if (String(box) === (this.told ?? String(this.data.box))) return;
    this.told = String(box);
    this.tell({ box, release: this.releases.next() });
  }

  /** @param {Box} box */
  put(box) {
    const { data } = this;
    this.at = inside(data, box);
    const { left, top, width, height } = this.at;
    for (const part of [this.box, this.find(".hole")]) {
      part.style.left = `${left / data.width * 100}%`;
      part.style.top = `${top / data.height * 100}%`;
      part.style.width = `${width / data.width * 100}%`;
      part.style.height = `${height / data.height * 100}%`;
    }
    // A finger may scroll the page where the box cannot go.
    const [free, freeDown] = [width < data.width, height < data.height];
    this.box.style.touchAction = freeDown ? "none" : free ? "pan-y" : "auto";
    const words = `${width} × ${height} pixels from ${left}, ${top}`;
    this.box.setAttribute("aria-valuenow", (data.largest[0] / width).toFixed(2));
    this.box.setAttribute("aria-valuetext", words);
    this.find(".words").textContent = data.caption.replace("{box}", words);
  }

  release() {
    if (!this.releases.letGo()) return;
    this.grip = null;
    this.send();
  }

  update(data) {
    const image = this.find("img"), other = data.picture !== this.data?.picture;
    if (image.src !== data.source) image.src = data.source;
    image.alt = data.alt;
    this.find(".hint").textContent = data.hint;
    this.box.setAttribute("aria-label", data.label);
    this.box.setAttribute("aria-valuemax", data.zoom);
    this.data = data;
    this.resize();
    const behind = this.releases.areAhead(data);
    if (!behind) this.told = null;
    if (this.releases.held && !behind) this.report();
    if ((behind || this.releases.held) && !other) return;
    this.releases.letGo();
    this.grip = null;
    const [left, top, right, bottom] = data.box;
    this.put({ left, top, width: right - left, height: bottom - top });
  }

  // As large as there is room; of a small picture every pixel becomes as many of the screen's.
  resize() {
    const { width, height, room } = this.data, ratio = devicePixelRatio || 1;
    const most = Math.min(this.find(".field").clientWidth, room) * Math.min(1, width / height);
    const times = Math.floor(most * ratio / width);
    this.find(".frame").style.width = `${times > 2 ? times * width / ratio : most}px`;
    this.find(".frame").style.aspectRatio = `${width} / ${height}`;
    this.find("img").style.imageRendering = times > 2 ? "pixelated" : "auto";
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  if (!boxes.has(parentElement)) boxes.set(parentElement, new CropBox(parentElement));
  const box = boxes.get(parentElement);
  box.tell = (release) => setTriggerValue("release", release);
  box.update(data);
  // This runs at every update: one observer serves them all, and looks anew when told again.
  box.observer ??= new ResizeObserver(() => box.resize());
  box.observer.observe(parentElement.querySelector(".field"));
  return () => box.observer.disconnect();
}
