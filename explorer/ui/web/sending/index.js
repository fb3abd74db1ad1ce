/**
 * What the browser says of an uploader that the server does not hear.
 *
 * A file that is too large is turned away in the browser, and one that the server refuses is marked
 * there: the uploader shows it by name, beside what the page shows of the file before. The last file
 * in its list is told to the page if it was refused, or is still on its way after a moment.
 */
import { Watcher } from "./watcher.js";

const watchers = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  if (!watchers.has(parentElement)) watchers.set(parentElement, new Watcher());
  const watcher = watchers.get(parentElement);
  watcher.tell = (now) => setStateValue("last", now);
  watcher.watch(data);
  return () => watcher.stop();
}
