import assert from "node:assert/strict";
import { test } from "node:test";

import { ends, ticks } from "../../explorer/ui/web/film/axes.js";
import { after } from "../../explorer/ui/web/film/index.js";

test("a film goes to its end and back, for ever", () => {
  const seen = [];
  for (let at = 0, way = 1, step = 0; step < 8; step += 1) {
    [at, way] = after(at, way, 4);
    seen.push(at);
  }
  assert.deepEqual(seen, [1, 2, 3, 2, 1, 0, 1, 2]);
  assert.deepEqual(after(0, 1, 1), [0, 1]);
});

test("an axis has a few round numbers, all of them between its ends", () => {
  assert.deepEqual(ticks(.56, 1.06).map(({ text }) => text), ["0.6", "0.8", "1.0"]);
  assert.deepEqual(ticks(-.25, .1).map(({ text }) => text), ["−0.2", "−0.1", "0.0", "0.1"]);
  assert.deepEqual(ticks(90, 310).map(({ text }) => text), ["100", "200", "300"]);
  for (const [low, high] of [[0, 1e-4], [2.671, 2.684], [-7, 1234]]) {
    const found = ticks(low, high);
    assert.ok(found.length > 1 && found.length < 8);
    assert.ok(found.every(({ at }) => at >= low - 1e-9 && at <= high + 1e-6));
    assert.equal(new Set(found.map(({ text }) => text)).size, found.length);
  }
});

test("an axis holds what is drawn on it, also where that is all the same", () => {
  for (const values of [[2.5, 3, 2.7], [3, 3]]) {
    const [low, high] = ends(values);
    assert.ok(low < Math.min(...values) && high > Math.max(...values));
  }
});
