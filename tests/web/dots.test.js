// Dots of the drawing board as text, and along a stroke.

import assert from "node:assert/strict";
import { test } from "node:test";

import { SPACING, along, dotsOf, textOf } from "../../explorer/ui/web/dots/dots.js";

const VIEW = 3.5, STEP = 2 * VIEW / 4096;

test("a text comes back as it was", () => {
  for (const text of ["", "AAAA", "____", "CACAf0Az", "gAgAAB_-"])
    assert.equal(textOf(dotsOf(text, VIEW), VIEW), text);
});

test("a dot comes back within half a step", () => {
  const dots = [[0, 0], [-3.4, 1.7], [VIEW - STEP, .001], [-VIEW, VIEW / 3]];
  const read = dotsOf(textOf(dots, VIEW), VIEW);
  assert.equal(read.length, dots.length);
  dots.flat().forEach((value, i) =>
    assert.ok(Math.abs(value - read.flat()[i]) <= STEP / 2 + 1e-12, `${value}`));
});

test("a dot beyond the board is at its edge", () => {
  assert.equal(textOf([[-99, 99]], VIEW), "AA__");
});

test("x comes first, and the higher letter before the lower", () => {
  const [[x, y]] = dotsOf("AB_A", VIEW);
  assert.ok(Math.abs(x - (-VIEW + 1.5 * STEP)) < 1e-12);
  assert.ok(Math.abs(y - (-VIEW + (63 * 64 + .5) * STEP)) < 1e-12);
});

test("what is short of four letters is no dot", () => {
  assert.equal(dotsOf("CACAf0A", VIEW).length, 1);
});

test("dots lie evenly along the way, however far the hand has gone", () => {
  const dots = along([0, 0], [.63, .84]);
  assert.equal(dots.length, 10);
  dots.forEach(([x, y], i) => {
    assert.ok(Math.abs(Math.hypot(x, y) - (i + 1) * SPACING) < 1e-9);
    assert.ok(Math.abs(x * .8 - y * .6) < 1e-9);
  });
});

test("a short way leaves no dot", () => {
  assert.deepEqual(along([1, 1], [1 + .9 * SPACING, 1]), []);
});

test("a way in two parts has the dots of the whole", () => {
  const whole = along([0, 0], [0, 1.05]);
  const first = along([0, 0], [0, .47]);
  const rest = along(first.at(-1), [0, 1.05]);
  assert.equal(first.length, 4);
  assert.equal(first.length + rest.length, whole.length);
});
