// The chart of the toy's loss.

import assert from "node:assert/strict";
import test from "node:test";

import { scales, words } from "../../explorer/ui/web/toy/loss.js";

/** @type {any} */
const LOSS = { batches: [[10, 2.5], [20, 1.5]], held_out: [[0, 9], [20, 1.75]], best: 1, gaussian: 3 };
const SIZE = { width: 530, height: 120, ratio: 1 };

test("both lines are in sight, and what is far above lies at the edge", () => {
  const { y } = scales(LOSS, SIZE);  // from 0.8 to 3.2: 50 pixels each
  assert.deepEqual([y(3), y(1), y(2)].map(Math.round), [10, 110, 60]);
  assert.equal(y(9), 0);
});

test("a loss below the true density, by chance, is in sight too", () => {
  const { y } = scales({ ...LOSS, batches: [[10, .5]] }, SIZE);
  assert.ok(y(.5) < SIZE.height);
});

test("the steps fill the width from the hundredth on", () => {
  assert.equal(scales(LOSS, SIZE).steps, 100);
  const long = scales({ ...LOSS, held_out: [[0, 9], [400, 1.2]] }, SIZE);
  assert.equal(long.steps, 400);
  assert.deepEqual([long.x(0), long.x(400)], [4, 400]);
  assert.equal(scales({ ...LOSS, batches: [] }, SIZE).steps, 100);
});

test("words say the last loss with the two lines", () => {
  assert.match(words({ ...LOSS, best: -.5 }), /1\.750 on held-out .* after 20 steps.* 3\.00,.* −0\.50$/);
});
