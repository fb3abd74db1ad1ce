// What pictures and their tiles do in the browser.
// One picture for all tiles: 64 small ones would take longer to send and to decode. A source pixel
// becomes a whole number of the screen's, so that all look the same size; below three, where a phone
// has no room to give away, the width is filled instead.

import { pictureAt, waited } from "../shared/asking.js";
import { element } from "../shared/nodes.js";

const build = (row) => {
  const figure = element("figure", "");
  const sheet = element("div", "sheet");
  const why = Object.assign(element("div", "why"), { role: "status" });
  sheet.append(element("img", ""), element("div", "cells"), why);
  figure.append(sheet, element("figcaption", ""));
  row.append(figure);
};

const fill = (figure, data, press) => {
  figure.querySelector("figcaption").textContent = data.caption;
  figure.picture ??= new Picture(figure);
  figure.picture.update(data);
  fillCells(figure.querySelector(".cells"), data, press);
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
    this.figure.classList.toggle("moving", moving);
  }
}

// As Streamlit makes one of the key of a widget.
const className = (key) => key.trim().replace(/[^a-zA-Z0-9_-]/g, "-");

// Cells that are there already are kept: sixty-four new ones cost more than the picture.
const fillCells = (cells, data, press) => {
  cells.style.gridTemplateColumns = `repeat(${data.columns}, 1fr)`;
  cells.style.gap = `${(data.gap / data.width) * 100}cqw`;
  const count = Math.max(data.labels.length, data.titles.length);
  const kind = data.titles.length ? "button" : "div";
  if (cells.children.length !== count || cells.firstChild?.localName !== kind) {
    cells.replaceChildren(...Array.from({ length: count }, () => element(kind, "cell")));
  }
  [...cells.children].forEach((cell, index) => fillCell(cell, data, index, press));
};

const fillCell = (cell, data, index, press) => {
  const title = data.titles[index], text = data.labels[index];
  if (title) {
    if (cell.title !== title) cell.ariaLabel = cell.title = title;
    const pressed = String(index === data.pressed);
    if (cell.ariaPressed !== pressed) cell.ariaPressed = pressed;
    cell.onclick = () => press(index);
  }
  if (cell.textContent !== (text ?? "")) {
    const label = Object.assign(element("span", ""), { textContent: text });
    cell.replaceChildren(...(text ? [label] : []));
  }
};

const resize = (figure, data) => {
  const room = Math.min(figure.clientWidth, data.room) * devicePixelRatio;
  const times = Math.floor(room / data.width);
  const width = (times > 2 ? times * data.width : room) / devicePixelRatio;
  figure.querySelector(".sheet").style.width = `${width}px`;
};

export default function ({ data, parentElement, setTriggerValue }) {
  const row = parentElement.querySelector(".row");
  while (row.children.length > data.length) {
    row.lastChild.picture.leave();
    row.lastChild.remove();
  }
  while (row.children.length < data.length) build(row);
  const figures = [...row.children];
  figures.forEach((figure, i) => fill(figure, data[i], (at) => setTriggerValue("pick", at)));
  // This runs at every update: one observer serves them all, and looks anew when told again.
  row.resize = () => figures.forEach((f, i) => resize(f, data[i]));
  row.observer ??= new ResizeObserver(() => row.resize());
  row.observer.observe(row);
  return () => {
    row.observer.disconnect();
    figures.forEach((figure) => figure.picture.leave());
  };
}
