// What can be done with a tile that was pressed: a small bar beside it, made here and at once. The
// page is told of nothing before one of its buttons is pressed.

import { element } from "../shared/nodes.js";

const EDGE = 8;      // CSS pixels between the bar and the window's edge, and the tile
const LONGEST = 8e3; // ms that a button waits for the page's answer

/**
 * Where the bar lies: under its tile, or above it where the window has no room below, and never
 * over the window's sides. All in CSS pixels of the window.
 * @param {{left: number, top: number, bottom: number}} tile
 * @param {{width: number, height: number}} bar
 * @param {{width: number, height: number}} room the window's, less what lies over its lower edge
 */
export const placed = (tile, bar, room) => {
  const most = Math.max(EDGE, room.width - EDGE - bar.width);
  const left = Math.min(Math.max(tile.left, EDGE), most);
  const below = tile.bottom + EDGE;
  const fits = below + bar.height <= room.height || tile.top < bar.height + EDGE;
  return { left, top: fits ? below : tile.top - EDGE - bar.height };
};

export class Actions {
  /** the tile whose bar is open @type {number | null} */
  at = null;
  /** what the page has said @type {any} */
  data = null;

  constructor(figure, cells) {
    this.figure = figure;
    this.cells = cells;
    this.bar = Object.assign(element("div", "bar"), { hidden: true, role: "group" });
    this.name = element("span", "name");
    this.buttons = element("span", "buttons");
    this.bar.append(this.name, this.buttons);
    figure.querySelector(".sheet").append(this.bar);
    this.elsewhere = (event) => {
      if (!event.composedPath().includes(figure)) this.close();
    };
    this.escape = (event) => {
      if (event.key !== "Escape" || this.at === null) return;
      event.stopPropagation();
      this.close(true);
    };
    figure.addEventListener("keydown", this.escape);
  }

  /** The page's newest; gives the tile that is still chosen. */
  update(data, act) {
    const same = this.data?.source === data.source && this.data?.answers === data.answers;
    this.data = data;
    this.act = act;
    if (!same) this.close();
    return this.at;
  }

  press(index) {
    if (this.at === index) return this.close();
    this.close();
    this.at = index;
    this.cell.ariaPressed = "true";
    this.name.textContent = this.bar.ariaLabel = this.data.titles[index];
    this.buttons.replaceChildren(...this.data.actions.map((action) => this.button(action)));
    this.bar.hidden = false;
    this.place();
    document.addEventListener("pointerdown", this.elsewhere, true);
  }

  get cell() { return this.at === null ? null : this.cells.children[this.at]; }

  button({ name, label, help }) {
    const button = Object.assign(element("button", ""), { textContent: label, title: help });
    button.onclick = () => {
      if (this.bar.ariaBusy === "true") return;
      this.bar.ariaBusy = "true";
      button.textContent = `${label} …`;
      this.waits = setTimeout(() => this.close(), LONGEST);
      this.act(this.at, name);
    };
    return button;
  }

  place() {
    const tile = this.cell.getBoundingClientRect(), bar = this.bar.getBoundingClientRect();
    const sheet = this.cells.getBoundingClientRect();
    const dock = document.querySelector(".st-key-tray_dock")?.getBoundingClientRect();
    const room = { width: document.documentElement.clientWidth, height: dock?.top ?? innerHeight };
    const { left, top } = placed(tile, bar, room);
    this.bar.style.left = `${left - sheet.left}px`;
    this.bar.style.top = `${top - sheet.top}px`;
  }

  close(back = false) {
    clearTimeout(this.waits);
    document.removeEventListener("pointerdown", this.elsewhere, true);
    if (this.at === null) return;
    const cell = this.cell;
    if (cell) cell.ariaPressed = String(this.at === this.data.pressed);
    if (back) cell?.focus();
    this.at = null;
    this.bar.hidden = true;
    this.bar.ariaBusy = "false";
  }

  leave() { this.close(); }
}
