// The whole flow as boxes: the line of the step that is shown is marked, and a press on one leads to
// the first of its steps, there or back, whichever way the page goes at the moment.

import { element } from "../../shared/nodes.js";

const text = (tag, kind, words) => Object.assign(element(tag, kind), { textContent: words });

export class Diagram {
  /** each line's button and steps @type {{ button: HTMLElement, there?: number[], back?: number[] }[]} */
  lines = [];
  step = 1;
  latent = 0;  // how many steps lead from x to z

  /**
   * @param {HTMLElement} list
   * @param {(step: number) => void} go
   */
  constructor(list, go) {
    this.list = list;
    this.go = go;
  }

  /** The boxes of another flow, or of another way through it. */
  take(boxes, latent) {
    this.latent = latent;
    this.lines = [];
    this.list.replaceChildren(...boxes.map((box) => {
      const item = element("li", ""), inside = element("div", "box");
      inside.append(text("b", "", box.name), text("span", "shape", box.shape));
      for (const { text: words, there, back } of box.lines) {
        const button = text("button", "", words);
        button.setAttribute("type", "button");
        button.onclick = () => this.press(there, back);
        this.lines.push({ button, there, back });
        inside.append(button);
      }
      item.append(inside);
      if (box.latent) {
        const latent = element("span", "latent");
        latent.append(text("b", "", box.latent), text("span", "shape", box.latent_shape));
        item.append(latent);
      }
      return item;
    }));
    this.mark(this.step);
  }

  press(there, back) {
    const [first] = (this.step > this.latent ? back ?? there : there ?? back);
    this.go(first);
  }

  mark(step) {
    this.step = step;
    for (const { button, there, back } of this.lines) {
      const is = [there, back].some((span) => span && span[0] <= step && step <= span[1]);
      if (is) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    }
  }
}
