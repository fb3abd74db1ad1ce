// The app's answers, and when it is asked again.

import assert from "node:assert/strict";
import { test } from "node:test";

import { pictureAt, waited } from "../../explorer/ui/web/shared/asking.js";

const answering = (t, body, type, status = 200) => {
  const headers = type ? { "Content-Type": type } : {};
  t.mock.method(globalThis, "fetch", async () => new Response(body, { status, headers }));
};

test("a picture comes as a blob, and is asked for where the page is, past every cache", async (t) => {
  answering(t, new Uint8Array([1, 2, 3]), "image/webp");
  const { answer, blob, why } = await pictureAt("pad/t?x=0&y=0");
  assert.deepEqual(fetch.mock.calls[0].arguments, ["pad/t?x=0&y=0", { cache: "no-store" }]);
  assert.equal(answer.status, 200);
  assert.equal(blob.size, 3);
  assert.equal(why, undefined);
});

test("the app's own refusal is shown as it stands", async (t) => {
  answering(t, "Many people are dragging.", "text/plain; charset=utf-8", 503);
  const { blob, why } = await pictureAt("pad/t");
  assert.equal(blob, undefined);
  assert.equal(why, "Many people are dragging.");
});

for (const [name, type, status, words] of [
  ["a proxy's page", "text/html; charset=utf-8", 502, "text/html (status 502)"],
  ["a page in the picture's place", "text/html", 200, "text/html (status 200)"],
  ["a text that is no refusal", "text/plain", 200, "text/plain (status 200)"],
  ["a picture that is a refusal", "image/png", 403, "image/png (status 403)"],
  ["an answer of no type", "", 500, "nothing (status 500)"],
]) {
  test(`${name} is named, not shown`, async (t) => {
    answering(t, type ? "<h1>secret</h1>" : null, type, status);
    const { blob, why } = await pictureAt("pad/t");
    assert.equal(blob, undefined);
    assert.equal(why, `no picture came but ${words}`);
  });
}

test("where the server does not answer, that is said", async (t) => {
  t.mock.method(globalThis, "fetch", async () => { throw new TypeError("Failed to fetch"); });
  assert.deepEqual(await pictureAt("pad/t"), { answer: null, why: "no answer from the server" });
});

test("where the answer breaks off, that is said", async (t) => {
  const blob = async () => { throw new TypeError("network error"); };
  const headers = new Headers({ "Content-Type": "image/webp" });
  t.mock.method(globalThis, "fetch", async () => ({ ok: true, headers, blob }));
  assert.deepEqual(await pictureAt("pad/t"), { answer: null, why: "no answer from the server" });
});

for (const [name, answer, pause] of [
  ["one that was turned away asks again soon", { status: 429 }, 200],
  ["where too many wait it asks again soon", { status: 503 }, 200],
  ["without an answer it asks again later", null, 1000],
]) {
  test(name, async (t) => {
    const timers = [];
    t.mock.method(globalThis, "setTimeout", (done, after) => timers.push([done, after]));
    let again;
    const waiting = waited(answer).then((is) => { again = is; });
    await Promise.resolve();
    assert.equal(again, undefined);
    assert.deepEqual(timers.map(([, after]) => after), [pause]);
    timers[0][0]();
    await waiting;
    assert.equal(again, true);
  });
}

for (const status of [200, 400, 404, 410, 422, 500, 502]) {
  test(`after ${status} it does not ask again`, async () => {
    assert.equal(await waited({ status }), false);
  });
}
