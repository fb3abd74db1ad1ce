// Points of the plane between the layers of the flow.

import assert from "node:assert/strict";
import test from "node:test";

import { placesAt, unpack } from "../../explorer/ui/web/toy/plane.js";

const ONE = 32767 / 3;  // of the view, in shorts

test("places come as shorts", () => {
  const sent = Int16Array.from([0, -1, 300, 32767]);
  assert.deepEqual([...unpack(Buffer.from(sent.buffer).toString("base64"))], [...sent]);
});

// One point of two couplings: from the middle to the right, then up.
const PLACES = Int16Array.from([0, 0, ONE, 0, ONE, ONE].map(Math.round));

const at = (layer) => [...placesAt(PLACES, layer, 2, 100)].map((one) => Math.round(10 * one) / 10);

test("at a layer a point is where the server says, up is up", () => {
  assert.deepEqual(at(0), [50, 50]);
  assert.deepEqual(at(1), [100, 50]);
  assert.deepEqual(at(2), [100, 0]);
});

test("between two layers it goes straight on, and one coordinate stays", () => {
  assert.deepEqual(at(.5), [75, 50]);
  assert.deepEqual(at(1.2), [100, 40]);
});
