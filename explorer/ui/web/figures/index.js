// What pictures and their tiles do in the browser.
// One picture for all tiles: 64 small ones would take longer to send and to decode. A source pixel
// becomes a whole number of the screen's, so that all look the same size; below three, where a phone
// has no room to give away, the width is filled instead.

import { pictureAt, waited } from "../shared/asking.js";
import { element } from "../shared/nodes.js";
import { Actions } from "./actions.js";
import { fillCells } from "./cells.js";

const build = (row) => {
  const figure = element("figure", "");
  const sheet = element("div", "sheet");
  const why = Object.assign(element("div", "why"), { role: "status" });
  sheet.append(element("img", ""), element("div", "cells"), why);
  const frame = element("div", "frame");
  frame.append(element("div", "head top"), element("div", "head left"), sheet);
  figure.append(frame, element("figcaption", ""));
  row.append(figure);
};

const fill = (figure, data, pick, act) => {
  figure.querySelector("figcaption").textContent = data.caption;
  figure.picture ??= new Picture(figure);
  figure.picture.update(data);
  fillHeads(figure, data);
  const cells = figure.querySelector(".cells");
  figure.actions ??= new Actions(figure, cells);
  const chosen = figure.actions.update(data, act);
  fillCells(cells, { ...data, pressed: chosen ?? data.pressed }, (at) => {
    if (data.actions.length) figure.actions.press(at);
    else pick(at);
  });
};

// What stands before the rows and over the columns: said by each tile's own title, too.
const fillHeads = (figure, { heads: [rows, columns] }) => {
  for (const [side, texts] of [["left", rows], ["top", columns]]) {
    const head = figure.querySelector(`.${side}`);
    head.ariaHidden = "true";
    head.replaceChildren(...texts.map((text) => {
      return Object.assign(element("span", ""), { textContent: text, title: text });
    }));
  }
};

const leave = (figure) => {
  figure.picture.leave();
  figure.actions.leave();
};

const HOLDING = ["pointerdown", "keydown"];

// The picture of a figure: the page's own or, while sliders that it follows are held, what they
// stand at, an answer of the route "tiles", one request at a time. The page hears of it when they
// are let go, and then draws the same pixels itself.
class Picture {
  /** what the page has said @type {any} */
  data;
  /** that it follows @type {any[]} */
  sliders = [];
  away = false;   // whether they have left what the page has drawn
  /** where they stand, if that is not yet asked for @type {number[] | null} */
  wanted = null;
  asked = false;  // whether a request is on its way
  /** that is to be shown @type {HTMLImageElement | undefined} */
  next;

  constructor(figure) {
    this.figure = figure;
    this.observer = new MutationObserver(() => this.look());
    // Streamlit may put a slider there after the tiles, or anew: who takes hold of it is in time.
    this.hold = () => {
      const keys = this.data.live?.sliders ?? [];
      const all = this.sliders.length === keys.length;
      if (!all || !this.sliders.every((slider) => slider.isConnected)) this.watch(keys);
    };
  }

  update(data) {
    this.data = data;
    this.watch(data.live?.sliders ?? []);
    HOLDING.forEach((event) => document.addEventListener(event, this.hold, true));
    this.look();
  }

  watch(keys) {
    this.observer.disconnect();
    const find = (key) => document.querySelector(`.st-key-${className(key)} input[type=range]`);
    this.sliders = keys.map(find);
    // Streamlit gives keys that differ in other letters only, as of two names in another script,
    // the same class: of two such sliders none can be told from the other.
    const all = this.sliders.every(Boolean) && new Set(this.sliders).size === keys.length;
    if (!all) this.sliders = [];
    const moves = { attributes: true, attributeFilter: ["value"] };
    this.sliders.forEach((slider) => this.observer.observe(slider, moves));
  }

  leave() {
    HOLDING.forEach((event) => document.removeEventListener(event, this.hold, true));
    this.watch([]);
    this.away = false;
    this.wanted = null;
  }

  look() {
    const places = this.sliders.map((slider) => Number(slider.value));
    const { source, alt, live } = this.data;
    // Whether the sliders have left what the page has drawn; if not, no answer is wanted any more.
    this.away = places.some((place, i) => Math.abs(place - live.values[i]) > 1e-9);
    if (this.away) {
      this.wanted = places;
      this.ask();
    } else {
      this.wanted = null;
      if (this.next?.src !== source || this.next?.alt !== alt) this.show(source, alt);
    }
  }

  // What was wanted meanwhile, but for the newest, is never asked for.
  async ask() {
    if (this.asked || !this.wanted) return;
    const { live } = this.data, places = this.wanted;
    const words = this.sliders.map((slider) => slider.ariaValueText).join(", ");
    this.wanted = null;
    this.asked = true;
    const query = places.map((place) => `v=${place}`).join("&");
    const { answer, blob, why } = await pictureAt(`tiles/${live.token}?${query}`);
    this.say(why);
    if (blob && this.away) {
      const source = URL.createObjectURL(blob);
      await this.show(source, live.alt.replace("{}", words), true);
      URL.revokeObjectURL(source);
    }
    // What is not asked for again the page draws in the end.
    if (await waited(answer)) {
      if (this.away) this.wanted ??= places;
      else this.say("");
    }
    this.asked = false;
    this.ask();
  }

  // Why no picture came.
  say(why) { this.figure.querySelector(".why").textContent = why ?? ""; }

  // The old picture stays until the new one is decoded: nothing flickers while a slider moves.
  // What stands around one that is on the move is of the page's, and hidden meanwhile.
  async show(source, alt, moving = false) {
    const next = this.next = Object.assign(new Image(), { src: source, alt });
    await next.decode().catch(() => {});
    if (this.next !== next) return;
    this.figure.querySelector("img").replaceWith(next);
    if (moving) this.figure.actions.close();
    this.figure.classList.toggle("moving", moving);
  }
}

// As Streamlit makes one of the key of a widget.
const className = (key) => key.trim().replace(/[^a-zA-Z0-9_-]/g, "-");

const resize = (figure, data) => {
  const beside = figure.querySelector(".left").offsetWidth;
  const room = Math.min(figure.clientWidth - beside, data.room) * devicePixelRatio;
  const times = Math.floor(room / data.width);
  const width = (times > 2 ? times * data.width : room) / devicePixelRatio;
  for (const part of figure.querySelectorAll(".sheet, .top")) part.style.width = `${width}px`;
  figure.style.setProperty("--gap", `${(width * data.gap) / data.width}px`);
};

export default function ({ data, parentElement, setTriggerValue }) {
  const row = parentElement.querySelector(".row");
  while (row.children.length > data.length) {
    leave(row.lastChild);
    row.lastChild.remove();
  }
  while (row.children.length < data.length) build(row);
  const figures = [...row.children];
  let before = 0;  // tiles of the figures before: the page counts over all of them
  figures.forEach((figure, i) => {
    const first = before;
    before += data[i].titles.length;
    fill(figure, data[i], (at) => setTriggerValue("pick", at), (at, name) => {
      setTriggerValue("act", { index: first + at, name });
    });
  });
  // This runs at every update: one observer serves them all, and looks anew when told again.
  row.resize = () => figures.forEach((f, i) => resize(f, data[i]));
  row.observer ??= new ResizeObserver(() => row.resize());
  row.observer.observe(row);
  return () => {
    row.observer.disconnect();
    figures.forEach(leave);
  };
}
