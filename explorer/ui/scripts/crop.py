"""What a box over a picture does in the browser.

All of it counts in pixels of the picture. The page hears of the box only when the pointer or the
key is let go, and then shows it in its sliders and its link.
"""

from explorer.ui.scripts.releases import RELEASES

JS = (
    RELEASES
    + """
const boxes = new WeakMap();
const STEP = .01, FAST = .1;  // of the picture's longer side: an arrow key, alone and with Shift
const GROWTH = .05;           // of the box, by + or -
const between = (value, low, high) => Math.min(Math.max(value, low), high);

class CropBox {
  constructor(root) {
    this.find = (name) => root.querySelector(name);
    this.box = this.find(".box");
    this.grip = null;   // where a pointer took hold
    this.held = false;  // a pointer or a key is down
    this.releases = new Releases();
    this.listen();
  }

  listen() {
    const { box } = this;
    box.onpointerdown = (event) => {
      if (event.button !== 0 || this.held) return;
      box.setPointerCapture(event.pointerId);
      box.focus({ preventScroll: true });
      const { x, y } = event.target.dataset;  // a corner's; the box itself has none
      const corner = x === undefined ? null : [Number(x), Number(y)];
      this.grip = { from: this.place(event), start: { ...this.at }, corner };
      this.held = true;
    };
    box.onpointermove = (event) => { if (this.grip) this.follow(this.place(event)); };
    box.onpointerup = () => this.release();
    box.onpointercancel = () => { if (this.grip) this.put(this.grip.start); this.release(); };
    box.onkeydown = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || this.grip) return;
      if (!this.press(event.key, event.shiftKey ? FAST : STEP)) return;
      event.preventDefault();
      this.held = true;
    };
    box.onkeyup = box.onblur = () => this.release();
  }

  place(event) {
    const frame = this.find(".frame").getBoundingClientRect();
    const { width, height } = this.data;
    return [(event.clientX - frame.left) / frame.width * width,
            (event.clientY - frame.top) / frame.height * height];
  }

  follow([x, y]) {
    const { from, start, corner } = this.grip;
    const dx = x - from[0], dy = y - from[1];
    if (!corner) {
      this.put({ ...start, left: start.left + dx, top: start.top + dy });
      return;
    }
    // The opposite corner stays; the pointer pulls along the diagonal.
    const { width, height } = this.data, ratio = start.width / start.height;
    const [right, low] = corner;
    const anchor = [right ? start.left : start.left + start.width,
                    low ? start.top : start.top + start.height];
    const room = Math.min(right ? width - anchor[0] : anchor[0],
                          ratio * (low ? height - anchor[1] : anchor[1]));
    const wish = start.width + ((right ? dx : -dx) + ratio * (low ? dy : -dy)) / 2;
    const size = this.sized(Math.min(wish, room));
    this.put({ left: right ? anchor[0] : anchor[0] - size.width,
               top: low ? anchor[1] : anchor[1] - size.height, ...size });
  }

  // What a key does; whether it does anything.
  press(key, part) {
    const { left, top, width } = this.at, { data } = this;
    const step = Math.max(1, Math.round(part * Math.max(data.width, data.height)));
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step],
                    ArrowDown: [0, step] };
    // By an even number where there are pixels enough: the middle stays where it is.
    const more = Math.max(1, 2 * Math.round(width * GROWTH / 2));
    // = is the key of +, without Shift.
    const widths = { "+": width + more, "=": width + more, "-": width - more, Home: data.width };
    if (moves[key]) {
      this.put({ ...this.at, left: left + moves[key][0], top: top + moves[key][1] });
    } else if (key in widths) {
      const size = this.sized(widths[key]);
      const [x, y] = key === "Home" ? [data.width / 2, data.height / 2] : this.middle();
      const [half, halfDown] = [size.width / 2, size.height / 2];
      this.put({ left: Math.floor(x - half), top: Math.floor(y - halfDown), ...size });
    }
    return key in moves || key in widths;
  }

  middle() {
    const { left, top, width, height } = this.at;
    return [left + width / 2, top + height / 2];
  }

  // The sides of a box of this width, as the server will round them.
  sized(wish) {
    const { largest, zoom, width, height } = this.data;
    const least = Math.max(1, Math.round(largest[0] / zoom));
    const across = between(Math.round(wish), least, Math.min(width, Math.round(largest[0])));
    const down = between(Math.round(across * largest[1] / largest[0]), 1, height);
    return { width: across, height: down };
  }

  put({ left, top, width, height }) {
    const { data } = this;
    left = between(Math.round(left), 0, data.width - width);
    top = between(Math.round(top), 0, data.height - height);
    this.at = { left, top, width, height };
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
    if (!this.held) return;
    [this.held, this.grip] = [false, null];
    const { left, top, width, height } = this.at;
    const box = [left, top, left + width, top + height];
    if (String(box) === String(this.data.box)) return;
    this.tell({ box, release: this.releases.next() });
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
    const behind = this.releases.areAhead(data) || this.held;
    if (behind && !other) return;
    [this.held, this.grip] = [false, null];
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
"""
)
