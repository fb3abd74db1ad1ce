// What the map does in the browser: it draws the tiles of one sheet at their points.
// The sheet comes by a component of its own, once; points, colours and what is chosen come with the
// map. The page hears only of a picture that was pressed.

const maps = new WeakMap();
const STILL = 5;              // pixels that a press may wander
const CLOSEST = 40;           // times the whole map
const MOVE = 60, STEP = 1.3;  // of an arrow, in pixels, and of + and −
const LATEST = 84;            // the largest side of a tile, in pixels

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
  keyed = false;       // the middle is marked while keys choose
  wanted = false;      // whether it will be drawn with the next frame
  gone = false;
  /** @type {HTMLImageElement | undefined} */
  picture;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  later;
  /** @type {(value: any) => void} */
  tell = () => {};

  constructor(root) {
    this.find = (name) => root.querySelector(name);
    this.canvas = this.find("canvas");
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
    canvas.onpointerdown = (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      canvas.focus({ preventScroll: true });
      this.keyed = false;
      this.pointers.set(event.pointerId, this.at(event));
      if (this.pointers.size === 1) [this.start, this.moved] = [this.at(event), false];
      else this.moved = true;
    };
    canvas.onpointermove = (event) => this.follow(event);
    canvas.onpointerup = canvas.onpointercancel = (event) => {
      const held = this.pointers.delete(event.pointerId);
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
    else return;
    event.preventDefault();
    this.keyed = true;
    const found = this.nearest(centre);
    if (found !== null) this.say(this.title(found));
    this.want();
  }

  press(place) {
    const found = this.nearest(place);
    if (found !== null) this.tell(found);
  }

  // What fits into the canvas at zoom 1, with room for half a tile.
  frame() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const xs = this.data.points.map((p) => p[0]), ys = this.data.points.map((p) => p[1]);
    if (this.data.placed) { xs.push(this.data.placed.x); ys.push(this.data.placed.y); }
    const ends = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const room = 36;
    const scale = Math.min((width - room) / (ends[1] - ends[0] || 1),
                           (height - room) / (ends[3] - ends[2] || 1));
    const middle = this.middle ?? [(ends[0] + ends[1]) / 2, (ends[2] + ends[3]) / 2];
    return { width, height, middle, scale: scale * this.zoom };
  }

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
    let [found, least] = [null, reach];
    const look = (point, index) => {
      const [x, y] = this.spot(point, frame);
      const away = Math.hypot(x - place[0], y - place[1]);
      if (away < least) [found, least] = [index, away];
    };
    this.data.points.forEach(look);
    if (this.data.placed) look([this.data.placed.x, this.data.placed.y], -1);
    return found;
  }

  title(index) { return index < 0 ? this.data.placed.title : this.data.titles[index]; }

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
    const spots = data.points.map((point) => this.spot(point, frame)), side = this.side();
    const chosen = data.chosen < 0 ? data.placed && this.spot([data.placed.x, data.placed.y], frame)
                                   : spots[data.chosen];
    const ready = data.thumbnails && this.sheet();
    const lines = (rows, colour, width, dash) => {
      brush.strokeStyle = colour;
      brush.lineWidth = width;
      brush.setLineDash(dash);
      for (const row of rows) {
        brush.beginPath();
        brush.moveTo(...chosen);
        brush.lineTo(...spots[row]);
        brush.stroke();
      }
      brush.setLineDash([]);
    };
    const one = (index) => {
      const [x, y] = spots[index];
      if (x < -side || y < -side || x > width + side || y > height + side) return;
      if (ready) {
        const [w, h] = data.tile, column = index % data.columns;
        const across = side * w / Math.max(w, h), down = side * h / Math.max(w, h);
        brush.imageSmoothingEnabled = side * ratio < 1.5 * Math.max(w, h);
        brush.drawImage(ready, column * w, (index - column) / data.columns * h, w, h,
                        x - across / 2, y - down / 2, across, down);
        brush.strokeStyle = data.colours[index];
        brush.lineWidth = 2;
        brush.strokeRect(x - across / 2, y - down / 2, across, down);
      } else {
        brush.fillStyle = data.colours[index];
        brush.beginPath();
        brush.arc(x, y, Math.min(9, 4 * this.zoom ** .3), 0, 7);
        brush.fill();
      }
    };
    const near = new Set([...data.latents, ...data.pixels]);
    spots.forEach((_, index) => { if (!near.has(index) && index !== data.chosen) one(index); });
    if (chosen) {
      lines(data.pixels, ink, 1.5, [4, 4]);
      lines(data.latents, accent, 2.5, []);
    }
    near.forEach(one);
    if (data.chosen >= 0) one(data.chosen);
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
    if (this.data && this.data.map !== data.map) this.whole();
    if (data.placed && data.placed.source !== this.picture?.src) {
      this.picture = new Image();
      this.picture.onload = () => this.want();
      this.picture.src = data.placed.source;
    }
    this.data = data;
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
  map.tell = (index) => setTriggerValue("pick", index);
  map.update(data);
  return () => { map.gone = true; };
}
