// What the colours of the map say.

import assert from "node:assert/strict";
import test from "node:test";

import { fill } from "../../explorer/ui/web/atlas/legend.js";

test("a legend names each colour, or a scale by its ends", () => {
  const nodes = (name) => ({ name, style: {}, parts: [], append(...given) { this.parts.push(...given); } });
  globalThis.document = /** @type {any} */ ({ createElement: nodes });
  /** @type {any} */
  const legend = { replaceChildren(...given) { this.shown = given; } };
  fill(legend, { pairs: [["#f00", "cat"], ["#0f0", "dog"]], scale: null, low: "", high: "" });
  assert.deepEqual(legend.shown.map(({ parts }) => [parts[0].style.background, parts[1]]),
                   [["#f00", "cat"], ["#0f0", "dog"]]);
  fill(legend, { pairs: [], scale: ["#000", "#fff"], low: "1.5", high: "4" });
  assert.deepEqual(legend.shown.map(({ name, textContent }) => [name, textContent]),
                   [["span", "1.5"], ["b", ""], ["span", "4"]]);
  assert.match(legend.shown[1].style.background, /#000, #fff/);
});
