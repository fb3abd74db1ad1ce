// The drawing board.
// A stroke is shown while it is drawn. When it ends all dots are sent, so that none is lost where the
// page is still busy with the stroke before.

import { cleared } from "../shared/canvas.js";
import { Releases } from "../shared/release.js";
import { SPACING, along, dotsOf, textOf } from "./dots.js";

const boards = new WeakMap();

class Board {
  /** @type {number[][]} */
  dots = [];
  at = [0, 0];      // the cross of the keyboard
  /** the last dot of the stroke that is being drawn @type {number[] | null} */
  last = null;
  stamped = false;  // there are dots that the page has not been told of
  view = 0;
  most = 0;
  releases = new Releases();
  /** @type {ResizeObserver | undefined} */
  observer;
  /** @type {(value: any) => void} */
  tell = () => {};

  constructor(root) {
    this.root = root;
    this.canvas = root.querySelector("canvas");
    this.listen();
  }

  listen() {
    const { canvas } = this;
    canvas.onpointerdown = (event) => {
      if (event.button) return;
      canvas.setPointerCapture(event.pointerId);
      this.last = null;
      this.releases.hold();
      this.follow(event);
    };
    canvas.onpointermove = (event) => { if (this.releases.held) this.follow(event); };
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
      for (const dot of along(this.last, [x, y])) this.add(this.last = dot);
    }
    this.draw();
  }

  add(dot) {
    if (this.dots.length >= this.most) return;
    this.dots.push(dot);
    this.stamped = true;
  }

  release() {
    this.releases.letGo();
    this.send();
  }

  send() {
    if (!this.stamped) return;
    this.stamped = false;
    this.tell({ dots: textOf(this.dots, this.view), release: this.releases.next() });
  }

  draw() {
    const { canvas, view } = this, surface = view && cleared(canvas);
    if (!surface) return;
    const { context, width: side, ratio, text } = surface;
    /** @param {number[]} dot */
    const place = ([x, y]) => [(x / view + 1) / 2 * side, (1 - y / view) / 2 * side];
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
    const behind = this.releases.isBehind(data) || this.stamped;
    if (!behind) this.dots = dotsOf(data.dots, data.view);
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
