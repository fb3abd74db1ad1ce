// A class's news are told to the page until it has drawn them, and a lost server is asked again.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Listener } from "../../explorer/ui/web/classroom/listener.js";

let listener, told, shown, asked, answers, busy;
beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  told = [];
  shown = [];
  asked = [];
  answers = [];
  busy = false;
  const ask = (address) => {
    asked.push(address);
    return new Promise((resolve, reject) => answers.push({ resolve, reject }));
  };
  listener = new Listener(ask, () => busy);
  listener.show = (name) => shown.push(name);
});

const draw = (kind, news) => listener.draw(kind, news, (value) => told.push([kind, value]));
const settle = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};
const pass = async (milliseconds) => {
  mock.timers.tick(milliseconds);
  await settle();
};
const answer = async (status, news) => {
  answers.shift().resolve({ status, json: () => Promise.resolve(news) });
  await settle();
};
const fail = async () => {
  answers.shift().reject(new TypeError("no network"));
  await settle();
};

test("it asks once for both, with what is drawn", async () => {
  draw("page", "a.1");
  draw("part", "x");
  await settle();
  assert.deepEqual(asked, ["class?page=a.1&part=none"]);
  await answer(204);
  assert.deepEqual(told, []);
  assert.equal(asked[1], "class?page=a.1&part=x");
});

test("the page is told what is new, and once", async () => {
  draw("page", "a.1");
  await answer(200, { page: "a.2", part: "x" });
  assert.deepEqual(told, [["page", "a.2"]]);
  await pass(300);
  assert.equal(asked[1], "class?page=a.2&part=x");
  draw("page", "a.2");
  await pass(60_000);
  assert.deepEqual(told, [["page", "a.2"]]);
});

test("a page that has not drawn it is told again, later each time", async () => {
  draw("page", "a.1");
  await answer(200, { page: "a.2", part: "none" });
  await pass(4000);
  assert.equal(told.length, 2);
  await pass(4000);
  assert.equal(told.length, 2);
  await pass(4000);
  assert.equal(told.length, 3);
});

test("of a page that is new as a whole no part is told", async () => {
  draw("page", "a.1");
  draw("part", "x");
  await answer(200, { page: "a.2", part: "y" });
  assert.deepEqual(told, [["page", "a.2"]]);
  draw("page", "a.2");
  assert.deepEqual(told[1], ["part", "y"]);
});

test("a part is told once the page is at rest", async () => {
  draw("page", "a.1");
  draw("part", "x");
  busy = true;
  await answer(200, { page: "a.1", part: "y" });
  await pass(1000);
  assert.deepEqual(told, []);
  busy = false;
  await pass(200);
  assert.deepEqual(told, [["part", "y"]]);
});

test("a lost server is said to be lost, and asked until it is there", async () => {
  draw("page", "a.1");
  await settle();
  await fail();
  assert.deepEqual(shown, []);
  await pass(2000);
  await fail();
  assert.deepEqual(shown, ["lost"]);
  await pass(10_000);
  await answer(204);
  assert.deepEqual(shown, ["lost", ""]);
  assert.deepEqual(told, []);
});

test("a proxy's page is no news", async () => {
  draw("page", "a.1");
  await settle();
  answers.shift().resolve({ status: 200, json: () => Promise.reject(new SyntaxError("<html>")) });
  await settle();
  await pass(2000);
  assert.equal(asked.length, 2);
  assert.deepEqual(told, []);
});

test("a server that was started anew is said to be, and the page goes on", async () => {
  draw("page", "a.7");
  await answer(200, { page: "b.0", part: "none" });
  assert.deepEqual(shown, ["anew"]);
  assert.deepEqual(told, [["page", "b.0"]]);
});

test("who is in no class any more is told, and asks no longer once that is drawn", async () => {
  const end = draw("page", "a.7");
  await answer(404);
  assert.deepEqual(shown, ["gone"]);
  assert.deepEqual(told, [["page", "none"]]);
  end();
  await pass(60_000);
  assert.equal(asked.length, 1);
});
