// What the map does in the browser: it draws the tiles of one sheet at their points.
// The sheet comes by a component of its own, once; points, colours and what is chosen come with the
// map. Of a large map, tiles come for what is in sight. The page hears of a picture that was
// pressed, of a region that was drawn, and of tiles that are wanted.

import { paint, pixel, spans } from "./many_dots.js";
import { area, corners } from "./polygon.js";
import { MOST, Tiles } from "./tiles.js";

const maps = new WeakMap();
const STILL = 5;              // pixels that a press may wander
const CLOSEST = 40;           // times the whole map
const MOVE = 60, STEP = 1.3;  // of an arrow, in pixels, and of + and −
const LATEST = 84;            // the largest side of a tile, in pixels
const FEW = 1000;             // dots that the canvas draws; more are painted as pixels
const LEAST = 30;             // square pixels of a region
const CORNERS = 48;           // of a lasso

class Atlas {
  /** what the page has said @type {any} */
  data;
  zoom = 1;
  /** of what is seen; null for that of the map @type {number[] | null} */
  middle = null;
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
  /** @type {HTMLImageElement | undefined} */
  picture;
  /** very many dots @type {ImageData | undefined} */
  painted;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  later;
  /** @type {(event: string, value: any) => void} */
  tell = () => {};
  across = new Float32Array();
  up = new Float32Array();
  /** least and most of both @type {number[]} */
  ends = [];
  /** rows by their colour @type {Map<string, number[]>} */
  groups = new Map();

  constructor(root) {
    this.find = (name) => root.querySelector(name);
    this.canvas = this.find("canvas");
    this.tiles = new Tiles(() => this.want());
    // This object outlives updates: what listens is attached once.
    this.observer = new ResizeObserver(() => this.want());
    this.observer.observe(this.canvas);
    this.listen();
  }

  whole() { this.zoom = 1; this.middle = null; }

  listen() {
    const { canvas } = this;
    const act = (name, move) => { this.find(name).onclick = () => { move(); this.want(); }; };
    act(".in", () => this.closer(STEP ** 2));
    act(".out", () => this.closer(STEP ** -2));
    act(".all", () => this.whole());
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
      this.closer(Math.exp(-event.deltaY * lines * (event.ctrlKey ? .01 : .002)), this.at(event));
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
    const { width, height, middle, scale } = this.frame();
    const few = outline.length > 4 ? corners([...outline, outline[0]], CORNERS).slice(0, -1)
                                   : outline;
    if (few.length < 3) return;
    this.tell("region", few.map(([x, y]) => [middle[0] + (x - width / 2) / scale,
                                             middle[1] - (y - height / 2) / scale]));
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
      this.closer(span(now) / span(before), [(now[0] + x) / 2, (now[1] + y) / 2]);
    } else if (this.drawing) {
      if (this.moved) this.drawing.push(now);
      this.want();
    } else if (this.moved) this.pan(now[0] - before[0], now[1] - before[1]);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { ArrowLeft: [MOVE, 0], ArrowRight: [-MOVE, 0], ArrowUp: [0, MOVE],
                    ArrowDown: [0, -MOVE] };
    const { clientWidth, clientHeight } = this.canvas;
    const centre = [clientWidth / 2, clientHeight / 2];
    if (moves[event.key]) this.pan(...moves[event.key]);
    else if (event.key === "+" || event.key === "=") this.closer(STEP);
    else if (event.key === "-") this.closer(1 / STEP);
    else if (event.key === "Home" || event.key === "0") this.whole();
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

  // What fits into the canvas at zoom 1, with room for half a tile.
  frame() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const { ends } = this, room = 36;
    const scale = Math.min((width - room) / (ends[1] - ends[0] || 1),
                           (height - room) / (ends[3] - ends[2] || 1));
    const middle = this.middle ?? [(ends[0] + ends[1]) / 2, (ends[2] + ends[3]) / 2];
    return { width, height, middle, scale: scale * this.zoom };
  }

  /** @returns {[number, number]} */
  spot([x, y], { width, height, middle, scale }) {
    return [width / 2 + (x - middle[0]) * scale, height / 2 - (y - middle[1]) * scale];
  }

  pan(dx, dy) {
    const { middle, scale } = this.frame();
    this.middle = [middle[0] - dx / scale, middle[1] + dy / scale];
    this.want();
  }

  // The place that is given stays where it is.
  closer(factor, place) {
    const before = this.frame();
    const zoom = Math.min(CLOSEST, Math.max(1, this.zoom * factor));
    if (place && zoom !== this.zoom) {
      const [dx, dy] = [place[0] - before.width / 2, before.height / 2 - place[1]];
      const change = 1 / before.scale - this.zoom / zoom / before.scale;
      this.middle = [before.middle[0] + dx * change, before.middle[1] + dy * change];
    }
    this.zoom = zoom;
    if (zoom === 1) this.middle = null;
    this.want();
  }

  // Its index, −1 for the placed picture, null where none is within reach.
  nearest(place, reach = Infinity) {
    const frame = this.frame();
    /** @type {number | null} */
    let found = null;
    let least = reach;
    const look = (across, up, index) => {
      const [x, y] = this.spot([across, up], frame);
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
    return Math.min(LATEST, Math.min(36, Math.max(12, free)) * this.zoom ** .6);
  }

  want() {
    if (this.wanted || !this.data) return;
    this.wanted = true;
    requestAnimationFrame(() => { this.wanted = false; if (!this.gone) this.draw(); });
  }

  draw() {
    const { canvas, data } = this, ratio = devicePixelRatio, frame = this.frame();
    const { width, height } = frame;
    if (!width) return;
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    const brush = canvas.getContext("2d"), style = getComputedStyle(canvas);
    const ink = style.getPropertyValue("--st-text-color") || "#888";
    const accent = style.getPropertyValue("--st-primary-color") || "#c33";
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    brush.clearRect(0, 0, width, height);
    const side = this.side(), spot = (row) => this.spot([this.across[row], this.up[row]], frame);
    const chosen = data.chosen < 0 ? data.placed && this.spot([data.placed.x, data.placed.y], frame)
                                   : spot(data.chosen);
    const shown = this.inSight(frame, side), ready = this.pictures(shown);
    const lines = (rows, colour, width, dash) => {
      brush.strokeStyle = colour;
      brush.lineWidth = width;
      brush.setLineDash(dash);
      for (const row of rows) {
        brush.beginPath();
        brush.moveTo(...chosen);
        brush.lineTo(...spot(row));
        brush.stroke();
      }
      brush.setLineDash([]);
    };
    const radius = Math.min(9, (this.across.length > FEW ? 2.5 : 4) * this.zoom ** .3);
    const one = (index) => {
      const place = ready?.(index);
      if (!place) return this.dots(brush, frame, data.palette[data.colours[index]], [index], radius);
      this.tile(brush, spot(index), side, place, data.palette[data.colours[index]], ratio);
    };
    const near = new Set([...data.latents, ...data.pixels, data.chosen]);
    if (ready) shown.forEach((index) => { if (!near.has(index)) one(index); });
    else if (this.across.length > FEW) this.manyDots(brush, frame, radius, ratio);
    else for (const [colour, rows] of this.groups) this.dots(brush, frame, colour, rows, radius);
    if (chosen) {
      lines(data.pixels, ink, 1.5, [4, 4]);
      lines(data.latents, accent, 2.5, []);
    }
    near.delete(data.chosen);
    near.forEach(one);
    if (data.chosen >= 0) one(data.chosen);
    this.region(brush, frame, accent);
    if (data.placed) this.drawPlaced(brush, frame, side, accent);
    if (chosen) this.ring(brush, chosen, side, accent);
    if (this.keyed) {
      brush.strokeStyle = ink;
      brush.lineWidth = 1;
      brush.beginPath();
      for (const [dx, dy] of [[8, 0], [0, 8]]) {
        brush.moveTo(width / 2 - dx, height / 2 - dy);
        brush.lineTo(width / 2 + dx, height / 2 + dy);
      }
      brush.stroke();
    }
    canvas.dataset.drawn = ready ? "thumbnails" : "dots";
  }

  // The rows that are within the canvas; all where none is out of it.
  inSight({ width, height, middle, scale }, side) {
    const reach = [width / 2 / scale + side / scale, height / 2 / scale + side / scale];
    const rows = [];
    for (let row = 0; row < this.across.length; row++) {
      if (Math.abs(this.across[row] - middle[0]) < reach[0]
          && Math.abs(this.up[row] - middle[1]) < reach[1]) rows.push(row);
    }
    return rows;
  }

  // Where the picture of a row lies, as sheet, column and row there; null while dots stand for all.
  pictures(shown) {
    const { data } = this;
    if (!data.thumbnails) return null;
    const place = (image, index) => [image, index % data.columns, Math.floor(index / data.columns)];
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

  tile(brush, [x, y], side, [sheet, column, row], colour, ratio) {
    const [w, h] = this.data.tile, most = Math.max(w, h);
    const across = side * w / most, down = side * h / most;
    brush.imageSmoothingEnabled = side * ratio < 1.5 * most;
    brush.drawImage(sheet, column * w, row * h, w, h, x - across / 2, y - down / 2, across, down);
    brush.strokeStyle = colour;
    brush.lineWidth = 2;
    brush.strokeRect(x - across / 2, y - down / 2, across, down);
  }

  dots(brush, frame, colour, rows, radius) {
    brush.fillStyle = colour;
    for (const row of rows) {
      const [x, y] = this.spot([this.across[row], this.up[row]], frame);
      brush.beginPath();
      brush.arc(x, y, radius, 0, 7);
      brush.fill();
    }
  }

  // Over all that is there: nothing else has been drawn yet.
  manyDots(brush, { width, height, middle, scale }, radius, ratio) {
    const { canvas, across, up } = this, half = spans(radius * ratio);
    let picture = this.painted;
    if (!picture || picture.width !== canvas.width || picture.height !== canvas.height) {
      picture = new ImageData(canvas.width, canvas.height);
      this.painted = picture;
    }
    const pixels = new Uint32Array(picture.data.buffer), size = scale * ratio;
    const [left, top] = [width / 2 * ratio - middle[0] * size, height / 2 * ratio + middle[1] * size];
    pixels.fill(0);
    for (const [colour, rows] of this.groups) {
      paint(pixels, canvas.width, pixel(colour), rows, (row) => left + across[row] * size,
            (row) => top - up[row] * size, half);
    }
    brush.putImageData(picture, 0, 0);
  }

  // What is selected, and what is being drawn.
  region(brush, frame, colour) {
    const known = this.data.region.map((corner) => this.spot(corner, frame));
    const now = this.drawing && this.moved ? this.outline(this.drawing) : [];
    for (const [places, dash] of [[known, []], [now, [5, 4]]]) {
      if (places.length < 2) continue;
      brush.beginPath();
      places.forEach(([x, y], index) => index ? brush.lineTo(x, y) : brush.moveTo(x, y));
      brush.closePath();
      brush.globalAlpha = .12;
      brush.fillStyle = colour;
      brush.fill("evenodd");
      brush.globalAlpha = 1;
      brush.strokeStyle = colour;
      brush.lineWidth = 2;
      brush.setLineDash(dash);
      brush.stroke();
      brush.setLineDash([]);
    }
  }

  ring(brush, [x, y], side, colour) {
    const half = side / 2 + 3;
    brush.strokeStyle = colour;
    brush.lineWidth = 3;
    brush.strokeRect(x - half, y - half, 2 * half, 2 * half);
  }

  drawPlaced(brush, frame, side, accent) {
    const [x, y] = this.spot([this.data.placed.x, this.data.placed.y], frame);
    const big = Math.max(28, side * 1.2);
    const [w, h] = this.data.tile, most = Math.max(w, h);
    const across = big * w / most, down = big * h / most;
    brush.fillStyle = accent;
    brush.fillRect(x - across / 2 - 3, y - down / 2 - 3, across + 6, down + 6);
    if (!this.picture?.complete || !this.picture.naturalWidth) return;
    brush.imageSmoothingEnabled = false;
    brush.drawImage(this.picture, x - across / 2, y - down / 2, across, down);
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
    if (this.data && this.data.map !== data.map) { this.whole(); this.tiles.clear(); }
    if (data.placed && data.placed.source !== this.picture?.src) {
      this.picture = new Image();
      this.picture.onload = () => this.want();
      this.picture.src = data.placed.source;
    }
    this.data = data;
    this.across = Float32Array.from(data.points, (point) => point[0]);
    this.up = Float32Array.from(data.points, (point) => point[1]);
    this.ends = [Infinity, -Infinity, Infinity, -Infinity];
    const placed = data.placed ? [[data.placed.x, data.placed.y]] : [];
    for (const [x, y] of [...data.points, ...placed]) {
      const [left, right, low, high] = this.ends;
      this.ends = [Math.min(left, x), Math.max(right, x), Math.min(low, y), Math.max(high, y)];
    }
    this.groups = new Map();
    data.colours.forEach((index, row) => {
      const colour = data.palette[index], rows = this.groups.get(colour);
      if (rows) rows.push(row);
      else this.groups.set(colour, [row]);
    });
    this.tiles.take(data.tiles);
    this.canvas.setAttribute("aria-label", data.alt);
    this.find("figcaption").textContent = data.caption;
    this.fillLegend(data.legend);
    this.want();
  }

  fillLegend({ pairs, scale, low, high }) {
    const make = (name, text = "") =>
      Object.assign(document.createElement(name), { textContent: text });
    const legend = this.find(".legend");
    if (scale) {
      const bar = make("b");
      bar.style.background = `linear-gradient(to right, ${scale.join(", ")})`;
      legend.replaceChildren(make("span", low), bar, make("span", high));
      return;
    }
    legend.replaceChildren(...pairs.map(([colour, word]) => {
      const entry = make("span"), swatch = make("i");
      swatch.style.background = colour;
      entry.append(swatch, word);
      return entry;
    }));
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
