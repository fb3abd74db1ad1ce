"""The drawing board as the browser has it.

A stroke is shown while it is drawn. When it ends all dots are sent, so that none is lost where the
page is still busy with the stroke before.
"""

from explorer.ui.scripts.releases import RELEASES

HTML = """
<figure>
  <canvas tabindex="0" role="application"></canvas>
  <figcaption></figcaption>
</figure>
"""

CSS = """
figure { margin: 0; max-width: 26rem; }
canvas {
  display: block; width: 100%; aspect-ratio: 1; box-sizing: border-box; cursor: crosshair;
  touch-action: none; border: 1px solid var(--st-border-color); border-radius: .4rem;
  background: var(--st-secondary-background-color);
}
canvas:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
figcaption {
  margin-top: .35rem; opacity: .8;
  font: 400 .875rem/1.4 var(--st-font); color: var(--st-text-color);
}
"""

JS = (
    RELEASES
    + """
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const STEPS = 4096, SPACING = .1;  // of the dots along a stroke, in units of the board
const boards = new WeakMap();

const write = (value, view) => {
  const place = Math.min(STEPS - 1, Math.max(0, Math.floor((value / view + 1) / 2 * STEPS)));
  return LETTERS[place >> 6] + LETTERS[place & 63];
};
const read = (high, low, view) =>
  ((2 * (64 * LETTERS.indexOf(high) + LETTERS.indexOf(low)) + 1) / STEPS - 1) * view;

class Board {
  constructor(root) {
    this.root = root;
    this.canvas = root.querySelector("canvas");
    this.dots = [];
    this.at = [0, 0];      // the cross of the keyboard
    this.last = null;      // the last dot of the stroke that is being drawn
    this.releases = new Releases();
    this.listen();
  }

  listen() {
    const { canvas } = this;
    canvas.onpointerdown = (event) => {
      if (event.button) return;
      canvas.setPointerCapture(event.pointerId);
      this.last = null;
      this.held = true;
      this.follow(event);
    };
    canvas.onpointermove = (event) => { if (this.held) this.follow(event); };
    canvas.onpointerup = canvas.onpointercancel = () => this.release();
    canvas.onkeydown = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const step = event.shiftKey ? .5 : SPACING;
      const move = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step],
                     ArrowDown: [0, -step] }[event.key];
      if (move) {
        this.at = this.at.map((value, axis) => this.inside(value + move[axis]));
      } else if (event.key === " ") {
        this.add(this.at);
        this.stamped = true;
      } else return;
      event.preventDefault();
      this.draw();
    };
    canvas.onkeyup = (event) => { if (event.key === " ") this.send(); };
    canvas.onfocus = () => this.draw();
    canvas.onblur = () => { this.send(); this.draw(); };
  }

  inside(value) { return Math.min(this.view, Math.max(-this.view, value)); }

  follow(event) {
    const box = this.canvas.getBoundingClientRect();
    const x = this.inside(((event.clientX - box.left) / box.width * 2 - 1) * this.view);
    const y = this.inside((1 - (event.clientY - box.top) / box.height * 2) * this.view);
    if (!this.last) {
      this.add(this.last = [x, y]);
    } else {
      // Evenly along the way: how fast the hand is makes no difference.
      let way = Math.hypot(x - this.last[0], y - this.last[1]);
      while (way >= SPACING) {
        const part = SPACING / way;
        this.last = [this.last[0] + part * (x - this.last[0]),
                     this.last[1] + part * (y - this.last[1])];
        this.add(this.last);
        way = Math.hypot(x - this.last[0], y - this.last[1]);
      }
    }
    this.draw();
  }

  add(dot) {
    if (this.dots.length >= this.most) return;
    this.dots.push(dot);
    this.stamped = true;
  }

  release() {
    this.held = false;
    this.send();
  }

  send() {
    if (!this.stamped) return;
    this.stamped = false;
    const dots = this.dots.map((dot) => dot.map((v) => write(v, this.view)).join("")).join("");
    this.tell({ dots, release: this.releases.next() });
  }

  draw() {
    const { canvas, view } = this, ratio = devicePixelRatio || 1;
    const side = Math.round(canvas.clientWidth * ratio);
    if (!side || !view) return;
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const context = canvas.getContext("2d"), style = getComputedStyle(canvas);
    const text = style.getPropertyValue("--st-text-color") || "#888";
    const place = ([x, y]) => [(x / view + 1) / 2 * side, (1 - y / view) / 2 * side];
    context.clearRect(0, 0, side, side);
    context.strokeStyle = text;
    context.globalAlpha = .25;
    context.beginPath();
    context.moveTo(0, side / 2); context.lineTo(side, side / 2);
    context.moveTo(side / 2, 0); context.lineTo(side / 2, side);
    context.stroke();
    context.globalAlpha = 1;
    context.fillStyle = "#2b8cbe";
    for (const dot of this.dots) {
      const [x, y] = place(dot);
      context.beginPath();
      context.arc(x, y, 3 * ratio, 0, 7);
      context.fill();
    }
    if (this.root.querySelector("canvas:focus")) {
      const [x, y] = place(this.at), arm = 9 * ratio;
      context.lineWidth = 2 * ratio;
      context.beginPath();
      context.moveTo(x - arm, y); context.lineTo(x + arm, y);
      context.moveTo(x, y - arm); context.lineTo(x, y + arm);
      context.stroke();
      context.lineWidth = 1;
    }
  }

  update(data) {
    [this.view, this.most] = [data.view, data.most];
    this.canvas.setAttribute("aria-label", `${data.alt}. ${data.words}`);
    this.root.querySelector("figcaption").textContent = data.words;
    const behind = this.releases.areAhead(data) || this.held || this.stamped;
    if (!behind) {
      this.dots = [];
      for (let i = 0; i + 3 < data.dots.length; i += 4)
        this.dots.push([read(data.dots[i], data.dots[i + 1], data.view),
                        read(data.dots[i + 2], data.dots[i + 3], data.view)]);
    }
    this.draw();
  }
}

export default function ({ data, parentElement, setStateValue }) {
  if (!boards.has(parentElement)) boards.set(parentElement, new Board(parentElement));
  const board = boards.get(parentElement);
  board.tell = (drawing) => setStateValue("drawing", drawing);
  board.update(data);
  board.observer ??= new ResizeObserver(() => board.draw());
  board.observer.observe(board.canvas);
  return () => board.observer.disconnect();
}
"""
)
