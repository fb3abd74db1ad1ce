// The pictures of a step in the browser: drawn, enlarged, marked, and pressed.

import { element } from "../../shared/nodes.js";

const lower = (text) => text[0].toLowerCase() + text.slice(1);

const shape = (kind) => {
  const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  rect.setAttribute("class", kind);
  return rect;
};
export const place = (node, entries) => {
  for (const [name, value] of Object.entries(entries)) node.setAttribute(name, value);
};

// A bar for each step, the root of its log-det, over the names of the levels.
export const drawBars = (find, kept) => {
  const count = kept.steps.length;
  const svg = find("svg"), largest = Math.max(...kept.steps.map((s) => Math.abs(s.bar)), 1);
  place(svg, { viewBox: `0 0 ${count} 80`, preserveAspectRatio: "none" });
  svg.replaceChildren(...kept.steps.map(({ bar, kind }, at) => {
    const high = 38 * Math.sqrt(Math.abs(bar) / largest), rect = shape(kind.replace(" ", "-"));
    const up = bar > 0 ? 40 - high : 40;
    place(rect, { x: at + .12, width: .76, y: bar ? up : 39, height: bar ? high : 2 });
    return rect;
  }));
  const here = shape("here");
  place(here, { y: 0, width: 1, height: 80 });
  const latent = shape("latent");
  place(latent, { x: kept.latent - .04, y: 0, width: .08, height: 80 });
  svg.append(latent, here);
  const groups = find(".groups");
  groups.style.gridTemplateColumns = kept.groups.map((group) => `${group.count}fr`).join(" ");
  groups.replaceChildren(...kept.groups.map(({ name }) =>
    Object.assign(element("span", ""), { textContent: name })));
  const latentName = Object.assign(element("b", ""), { textContent: "z" });
  latentName.style.left = `${100 * kept.latent / count}%`;
  groups.append(latentName);
};

export class Views {
  constructor(find, choose) {
    this.find = find;
    this.choose = choose;  // gets what was pressed
    this.tallest = 0;
    this.marks = [];
    const frame = find(".look .frame");
    frame.onkeydown = (event) => this.walk(event);
    frame.onclick = (event) => this.press(event, frame, null);
  }

  // Pictures of another subject, or laid out otherwise.
  take(kept) {
    this.kept = kept;
    this.tallest = 0;
  }

  // The pixel that is marked, and where its variables are in every map of every step, or nowhere
  // else than at it.
  pixel(row, column, marks) {
    [this.row, this.column, this.marks] = [row, column, marks];
  }

  async draw(step, name) {
    const { kept } = this;
    this.step = step;
    const shown = kept.steps[step - 1];
    const used = [shown.look, ...shown.panels.map((panel) => panel.at)].map((i) => kept.images[i]);
    if (!used.every((image) => image.complete)) {
      await Promise.all(used.map((image) => image.decode().catch(() => {})));
      if (this.kept !== kept || this.step !== step) return;
    }
    const [height, width] = kept.size, look = this.find(".look");
    const words = "taken for a picture: every variable at its pixel";
    this.fill(look, used[0], width, height, `After ${lower(shown.title)}, of ${name}`,
              `what comes out, ${words}`);
    const panels = this.find(".panels");
    while (panels.children.length > shown.panels.length) panels.lastChild.remove();
    while (panels.children.length < shown.panels.length) panels.append(this.figure());
    shown.panels.forEach((panel, at) => {
      const alt = `${panel.caption}: ${lower(shown.title)}, of ${name}`;
      const figure = panels.children[at];
      this.fill(figure, used[at + 1], panel.width, panel.height, alt, panel.caption);
      figure.firstChild.onclick = (event) => this.press(event, figure.firstChild, panel);
    });
    this.resize();
    this.mark();
  }

  figure() {
    const figure = element("figure", ""), frame = element("div", "frame");
    const canvas = element("canvas", "");
    canvas.setAttribute("role", "img");
    frame.append(canvas);
    figure.append(frame, element("figcaption", ""));
    return figure;
  }

  fill(figure, image, width, height, alt, caption) {
    const canvas = figure.querySelector("canvas");
    [canvas.width, canvas.height] = [width, height];
    canvas.getContext("2d").drawImage(image, 0, 0);
    canvas.setAttribute("aria-label", alt);
    figure.querySelector("figcaption").textContent = caption;
  }

  // A pixel becomes a whole number of the screen's, so that all look the same size.
  resize() {
    const { kept } = this, panels = this.find(".panels"), ratio = devicePixelRatio || 1;
    if (!kept) return;
    const scaled = (figure, room) => {
      const canvas = figure.querySelector("canvas");
      const times = Math.max(1, Math.floor(room * ratio / canvas.width));
      canvas.style.width = `${times * canvas.width / ratio}px`;
      canvas.style.height = `${times * canvas.height / ratio}px`;
      figure.style.maxWidth = `${Math.max(times * canvas.width / ratio, 96)}px`;
    };
    const all = panels.clientWidth;
    scaled(this.find(".look"), Math.min(300, this.find(".look").parentElement.clientWidth));
    // As many in a row as stay large enough to be seen.
    const row = (count) => (all - 12.5 * (count - 1)) / count;
    const room = Math.min(kept.room, row(5) >= 88 ? row(kept.row) : row(kept.row > 3 ? 3 : 2));
    for (const figure of panels.children) scaled(figure, room);
    if (this.width !== all) this.tallest = 0;  // so that nothing below jumps while it plays
    this.width = all;
    panels.style.minHeight = "";
    this.tallest = Math.max(this.tallest, panels.offsetHeight);
    panels.style.minHeight = `${this.tallest}px`;
  }

  mark() {
    const { kept, step, row, column } = this;
    if (!kept) return;
    const shown = kept.steps[step - 1], marks = this.marks[step - 1];
    this.box(this.find(".look .frame"), [[0, row, column]], { columns: 1, size: kept.size });
    [...this.find(".panels").children].forEach((figure, at) => {
      const panel = shown.panels[at];
      const count = Math.round((panel.height + kept.gap) / (panel.size[0] + kept.gap));
      const everywhere = [...Array(count).keys()].map((tile) => [tile, row, column]);
      this.box(figure.firstChild, marks ? marks[panel.name] ?? [] : everywhere, panel);
    });
  }

  box(frame, marks, { columns, size: [height, width] }) {
    frame.querySelectorAll("i").forEach((mark) => mark.remove());
    const { gap } = this.kept, canvas = frame.querySelector("canvas");
    for (const [tile, row, column] of marks) {
      const left = (tile % columns) * (width + gap) + column;
      const top = Math.floor(tile / columns) * (height + gap) + row;
      const mark = element("i", ""), part = (value, whole) => `${100 * value / whole}%`;
      Object.assign(mark.style, { left: part(left, canvas.width), top: part(top, canvas.height),
        width: part(1, canvas.width), height: part(1, canvas.height) });
      frame.append(mark);
    }
  }

  press(event, frame, panel) {
    const canvas = frame.querySelector("canvas"), box = canvas.getBoundingClientRect();
    const [height, width] = panel ? panel.size : this.kept.size, { gap } = this.kept;
    const x = Math.floor((event.clientX - box.left) / box.width * canvas.width);
    const y = Math.floor((event.clientY - box.top) / box.height * canvas.height);
    const at = (value, size) => [Math.floor(value / (size + gap)), value % (size + gap)];
    const [tileRow, row] = at(y, height), [tileColumn, column] = at(x, width);
    if (row >= height || column >= width) return;
    const tile = tileRow * (panel?.columns ?? 1) + tileColumn;
    if (!panel || !this.marks.length) [this.row, this.column] = [row, column];
    this.mark();
    this.choose({ panel: panel?.name ?? "", step: this.step, tile, row, column });
  }

  walk(event) {
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const move = moves[event.key];
    if (!move || !this.kept || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [height, width] = this.kept.size, inside = (v, n) => Math.min(Math.max(v, 0), n - 1);
    this.row = inside(this.row + move[0], height);
    this.column = inside(this.column + move[1], width);
    this.mark();
    this.choose({ panel: "", step: this.step, tile: 0, row: this.row, column: this.column });
  }
}
