// What the map does in the browser: it draws the tiles of one sheet at their points.
// The sheet comes by a component of its own, once; points, colours and what is chosen come with the
// map. Of a large map, tiles come for what is in sight. The page hears of a picture that was
// pressed, of a region that was drawn, and of tiles that are wanted.

import { cleared } from "../shared/canvas.js";
import { Camera } from "./camera.js";
import { fill } from "./legend.js";
import { DotPicture } from "./many_dots.js";
import { card, cross, dots, lines, region, ring, thumbnail } from "./painting.js";
import { area, corners } from "./polygon.js";
import { MOST, Tiles } from "./tiles.js";

const maps = new WeakMap();
const STILL = 5;              // pixels that a press may wander
const MOVE = 60, STEP = 1.3;  // of an arrow, in pixels, and of + and −
const LATEST = 84;            // the largest side of a tile, in pixels
const FEW = 1000;             // dots that the canvas draws; more are painted as pixels
const LEAST = 30;             // square pixels of a region
const CORNERS = 48;           // of a lasso

class Atlas {
  /** what the page has said @type {any} */
  data;
  /** that are down, by their number @type {Map<number, number[]>} */
  pointers = new Map();
  start = [0, 0];      // where the first went down
  moved = false;
  mode = "move";
  /** of what is being drawn, in pixels @type {number[][] | null} */
  drawing = null;
  lasso = false;       // what is being drawn, if not a box
  keyed = false;       // the middle is marked while keys choose
  wanted = false;      // whether it will be drawn with the next frame
  gone = false;
  /** the visitor's own @type {HTMLImageElement | undefined} */
  picture;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  later;
  /** @type {(event: string, value: any) => void} */
  tell = () => {};
  across = new Float32Array();
  up = new Float32Array();
  /** rows by their colour @type {Map<string, number[]>} */
  groups = new Map();
  many = new DotPicture();

  constructor(root) {
    this.find = (name) => root.querySelector(name);
    this.canvas = this.find("canvas");
    this.camera = new Camera(() => [this.canvas.clientWidth, this.canvas.clientHeight]);
    this.tiles = new Tiles(() => this.want());
    // This object outlives updates: what listens is attached once.
    this.observer = new ResizeObserver(() => this.want());
    this.observer.observe(this.canvas);
    this.listen();
  }

  listen() {
    const { canvas } = this;
    const act = (name, move) => { this.find(name).onclick = () => { move(); this.want(); }; };
    act(".in", () => this.camera.closer(STEP ** 2));
    act(".out", () => this.camera.closer(STEP ** -2));
    act(".all", () => this.camera.whole());
    for (const name of ["move", "box", "lasso"]) act(`.${name}`, () => this.choose(name));
    canvas.onpointerdown = (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      canvas.focus({ preventScroll: true });
      this.keyed = false;
      this.pointers.set(event.pointerId, this.at(event));
      if (this.pointers.size === 1) {
        [this.start, this.moved] = [this.at(event), false];
        this.lasso = this.mode === "lasso" || event.shiftKey;
        this.drawing = this.mode === "move" && !event.shiftKey ? null : [this.start];
      } else [this.moved, this.drawing] = [true, null];
    };
    canvas.onpointermove = (event) => this.follow(event);
    canvas.onpointerup = canvas.onpointercancel = (event) => {
      const held = this.pointers.delete(event.pointerId), drawn = this.drawing;
      this.drawing = null;
      if (held && drawn && this.moved && event.type === "pointerup") this.select(drawn);
      this.want();
      if (held && !this.moved && event.type === "pointerup") this.press(this.at(event));
    };
    canvas.onpointerleave = () => this.say("");
    // Not before it is pressed: the wheel belongs to the page.
    canvas.addEventListener("wheel", (event) => {
      if (document.activeElement !== canvas && canvas.getRootNode().activeElement !== canvas
          && !event.ctrlKey) return;
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 20 : 1;
      const turned = event.deltaY * lines * (event.ctrlKey ? .01 : .002);
      this.camera.closer(Math.exp(-turned), this.at(event));
      this.want();
    }, { passive: false });
    canvas.onkeydown = (event) => this.key(event);
    canvas.onblur = () => { this.keyed = false; this.want(); };
  }

  choose(mode) {
    this.mode = mode;
    for (const name of ["move", "box", "lasso"]) {
      this.find(`.${name}`).setAttribute("aria-pressed", String(name === mode));
    }
  }

  // What was drawn, in pixels, becomes the region of the map.
  select(places) {
    const outline = this.outline(places);
    if (area(outline) < LEAST) return;
    const few = outline.length > 4 ? corners([...outline, outline[0]], CORNERS).slice(0, -1)
                                   : outline;
    if (few.length < 3) return;
    this.tell("region", few.map((spot) => this.camera.point(spot)));
  }

  // Of a box, whose first and last places are known, or of a lasso.
  outline(places) {
    if (this.lasso) return places;
    const [[x0, y0], [x1, y1]] = [places[0], places[places.length - 1]];
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  follow(event) {
    const now = this.at(event), before = this.pointers.get(event.pointerId);
    if (!before) {
      const found = this.nearest(now, this.side());
      this.say(found === null ? "" : this.title(found));
      return;
    }
    if (Math.hypot(now[0] - this.start[0], now[1] - this.start[1]) > STILL) this.moved = true;
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId);
    this.pointers.set(event.pointerId, now);
    if (others.length) {
      const [x, y] = others[0][1];
      const span = (place) => Math.max(10, Math.hypot(place[0] - x, place[1] - y));
      this.camera.closer(span(now) / span(before), [(now[0] + x) / 2, (now[1] + y) / 2]);
      this.want();
    } else if (this.drawing) {
      if (this.moved) this.drawing.push(now);
      this.want();
    } else if (this.moved) {
      this.camera.pan(now[0] - before[0], now[1] - before[1]);
      this.want();
    }
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { ArrowLeft: [MOVE, 0], ArrowRight: [-MOVE, 0], ArrowUp: [0, MOVE],
                    ArrowDown: [0, -MOVE] };
    const { clientWidth, clientHeight } = this.canvas;
    const centre = [clientWidth / 2, clientHeight / 2];
    const move = moves[event.key];
    if (move) this.camera.pan(move[0], move[1]);
    else if (event.key === "+" || event.key === "=") this.camera.closer(STEP);
    else if (event.key === "-") this.camera.closer(1 / STEP);
    else if (event.key === "Home" || event.key === "0") this.camera.whole();
    else if (event.key === "Enter") this.press(centre);
    else if (event.key === "Escape" && this.data.region.length) this.tell("region", []);
    else if (event.key === "s") {
      this.lasso = false;
      this.select([[0, 0], [clientWidth, clientHeight]]);
    } else return;
    event.preventDefault();
    this.keyed = true;
    const found = this.nearest(centre);
    if (found !== null) this.say(this.title(found));
    this.want();
  }

  press(place) {
    const found = this.nearest(place);
    if (found !== null) this.tell("pick", found);
  }

  // Its index, −1 for the placed picture, null where none is within reach.
  nearest(place, reach = Infinity) {
    const frame = this.camera.frame();
    /** @type {number | null} */
    let found = null;
    let least = reach;
    const look = (across, up, index) => {
      const [x, y] = this.camera.spot([across, up], frame);
      const away = Math.hypot(x - place[0], y - place[1]);
      if (away < least) [found, least] = [index, away];
    };
    this.across.forEach((across, index) => look(across, this.up[index], index));
    if (this.data.placed) look(this.data.placed.x, this.data.placed.y, -1);
    return found;
  }

  title(index) {
    const { placed, titles, words, word } = this.data;
    if (index < 0) return placed.title;
    if (titles.length) return titles[index];
    const name = words[word[index]];
    return `no. ${index + 1}${name ? `, ${name}` : ""}`;
  }

  side() {
    const { clientWidth, clientHeight } = this.canvas;
    const free = .7 * Math.sqrt(clientWidth * clientHeight / this.data.points.length);
    return Math.min(LATEST, Math.min(36, Math.max(12, free)) * this.camera.zoom ** .6);
  }

  radius() { return Math.min(9, (this.across.length > FEW ? 2.5 : 4) * this.camera.zoom ** .3); }

  want() {
    if (this.wanted || !this.data) return;
    this.wanted = true;
    requestAnimationFrame(() => { this.wanted = false; if (!this.gone) this.draw(); });
  }

  draw() {
    const { canvas, camera, data } = this, surface = cleared(canvas);
    if (!surface) return;
    const { context: brush, ratio, text: ink } = surface, frame = camera.frame();
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    const style = getComputedStyle(canvas);
    const accent = style.getPropertyValue("--st-primary-color") || "#c33";
    const spot = (row) => camera.spot([this.across[row], this.up[row]], frame);
    const colour = (row) => data.palette[data.colours[row]];
    const side = this.side(), radius = this.radius();
    const own = data.placed && camera.spot([data.placed.x, data.placed.y], frame);
    const chosen = data.chosen < 0 ? own : spot(data.chosen);
    const shown = camera.inSight(this.across, this.up, side), tile = this.pictures(shown);
    const one = (row) => {
      const place = tile?.(row);
      if (place) thumbnail(brush, spot(row), side, place, data.tile, colour(row));
      else dots(brush, [spot(row)], colour(row), radius);
    };
    const near = new Set([...data.latents, ...data.pixels, data.chosen]);
    if (tile) shown.forEach((row) => { if (!near.has(row)) one(row); });
    else if (this.across.length > FEW) this.manyDots(brush, frame, radius);
    else for (const [shade, rows] of this.groups) dots(brush, rows.map(spot), shade, radius);
    if (chosen) {
      lines(brush, chosen, data.pixels.map(spot), { colour: ink, width: 1.5, dash: [4, 4] });
      lines(brush, chosen, data.latents.map(spot), { colour: accent, width: 2.5 });
    }
    near.delete(data.chosen);
    near.forEach(one);
    if (data.chosen >= 0) one(data.chosen);
    region(brush, data.region.map((corner) => camera.spot(corner, frame)), accent, []);
    region(brush, this.drawing && this.moved ? this.outline(this.drawing) : [], accent, [5, 4]);
    if (own) card(brush, own, Math.max(28, side * 1.2), this.picture, data.tile, accent);
    if (chosen) ring(brush, chosen, side, accent);
    if (this.keyed) cross(brush, [frame.width / 2, frame.height / 2], ink);
    canvas.dataset.drawn = tile ? "thumbnails" : "dots";
  }

  // Nothing else has been drawn yet.
  manyDots(brush, { width, height, middle, scale }, radius) {
    const { across, up } = this, ratio = devicePixelRatio, size = scale * ratio;
    const [left, top] = [width / 2 * ratio - middle[0] * size, height / 2 * ratio + middle[1] * size];
    this.many.draw(brush, this.groups, (row) => left + across[row] * size,
                   (row) => top - up[row] * size, radius * ratio);
  }

  // Gives the tile of a row, if it is there; null while dots stand for all.
  pictures(shown) {
    const { data } = this;
    if (!data.thumbnails) return null;
    const place = (image, index) =>
      ({ image, column: index % data.columns, row: Math.floor(index / data.columns) });
    if (data.sheet) {
      const sheet = this.sheet();
      return sheet && ((row) => place(sheet, row));
    }
    if (shown.length > MOST) return null;
    this.tiles.want(shown, (rows) => this.tell("wanted", rows));
    return (row) => {
      const found = this.tiles.at(row);
      return found && place(...found);
    };
  }

  // The sheet once it is decoded; until then dots stand in for it.
  sheet() {
    const image = globalThis.realnvpSheets?.get(this.data.sheet);
    if (image?.complete && image.naturalWidth) return image;
    clearTimeout(this.later);
    this.later = setTimeout(() => this.want(), 50);
    return null;
  }

  say(text) { this.find("output").textContent = text; }

  update(data) {
    if (this.data && this.data.map !== data.map) { this.camera.whole(); this.tiles.clear(); }
    if (data.placed && data.placed.source !== this.picture?.src) {
      this.picture = new Image();
      this.picture.onload = () => this.want();
      this.picture.src = data.placed.source;
    }
    this.data = data;
    this.across = Float32Array.from(data.points, (point) => point[0]);
    this.up = Float32Array.from(data.points, (point) => point[1]);
    const { placed } = data;
    this.camera.cover(placed ? [...data.points, [placed.x, placed.y]] : data.points);
    this.groups = new Map();
    data.colours.forEach((index, row) => {
      const colour = data.palette[index], rows = this.groups.get(colour);
      if (rows) rows.push(row);
      else this.groups.set(colour, [row]);
    });
    this.tiles.take(data.tiles);
    this.canvas.setAttribute("aria-label", data.alt);
    this.find("figcaption").textContent = data.caption;
    fill(this.find(".legend"), data.legend);
    this.want();
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  if (!maps.has(parentElement)) maps.set(parentElement, new Atlas(parentElement));
  const map = maps.get(parentElement);
  map.gone = false;
  map.tell = setTriggerValue;
  map.update(data);
  return () => { map.gone = true; };
}
