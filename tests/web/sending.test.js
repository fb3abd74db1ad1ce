// What an uploader's list shows is told to the page, and again until the page knows it.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Watcher } from "../../explorer/ui/web/sending/watcher.js";

const SENDING = { name: "mine.png", sending: true };

globalThis.MutationObserver = class {
  observe() {}
  disconnect() {}
};
globalThis.document = { querySelector: () => null };

let watcher, shown, told;
beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  watcher = new Watcher();
  watcher.state = () => shown;
  watcher.tell = (now) => told.push(now);
  shown = null;
  told = [];
});

const run = (known) => watcher.watch({ key: "upload", known });

test("nothing is told of a file that arrives in a moment", () => {
  run(undefined);
  shown = SENDING;
  watcher.look();
  mock.timers.tick(400);
  shown = null;
  watcher.look();
  mock.timers.tick(10_000);
  assert.deepEqual(told, []);
});

test("a file that takes longer is told, and that it is there", () => {
  run(null);
  shown = SENDING;
  watcher.look();
  mock.timers.tick(500);
  assert.deepEqual(told, [SENDING]);
  run(SENDING);
  shown = null;
  watcher.look();
  assert.deepEqual(told, [SENDING, null]);
  run(null);
  mock.timers.tick(60_000);
  assert.equal(told.length, 2);
});

test("the end of sending is seen where nothing was observed", () => {
  shown = SENDING;
  run(SENDING);
  shown = null;
  mock.timers.tick(500);
  assert.deepEqual(told, [null]);
});

test("what the page has not heard is told again, less and less often", () => {
  shown = SENDING;
  run(SENDING);
  shown = null;
  watcher.look();
  mock.timers.tick(500);
  assert.deepEqual(told, [null, null]);
  mock.timers.tick(900);
  assert.equal(told.length, 2);
  mock.timers.tick(100);
  assert.equal(told.length, 3);
  run(null);
  mock.timers.tick(60_000);
  assert.equal(told.length, 3);
});

test("a refusal is told at once", () => {
  run(null);
  shown = { name: "large.png", words: "50MB or smaller" };
  watcher.look();
  assert.deepEqual(told, [shown]);
});
