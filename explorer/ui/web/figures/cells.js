// The tiles of a picture: transparent cells over it, which can bear a label and can be pressed.
// All of them are one stop of the Tab key; arrows go from one to the next, as in a grid of ARIA's.

import { element } from "../shared/nodes.js";

/**
 * Where a key leads among `count` tiles in rows of `columns`; null if it leads nowhere.
 * @param {number} at @param {string} key @param {number} count @param {number} columns
 */
export const moved = (at, key, count, columns) => {
  const row = at - at % columns;
  const ends = { Home: row, End: Math.min(row + columns, count) - 1 };
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  const to = ends[key] ?? at + (steps[key] ?? NaN);
  return to >= 0 && to < count && to !== at ? to : null;
};

// Cells that are there already are kept: sixty-four new ones cost more than the picture.
export const fillCells = (cells, data, press) => {
  cells.style.gridTemplateColumns = `repeat(${data.columns}, 1fr)`;
  cells.style.setProperty("--columns", String(data.columns));
  cells.style.gap = `${(data.gap / data.width) * 100}cqw`;
  const count = Math.max(data.labels.length, data.titles.length);
  const kind = data.titles.length ? "button" : "div";
  if (cells.children.length !== count || cells.firstChild?.localName !== kind) {
    cells.replaceChildren(...Array.from({ length: count }, () => element(kind, "cell")));
  }
  const all = [...cells.children];
  all.forEach((cell, index) => fillCell(cell, data, index, press));
  if (!data.titles.length) return;
  const stop = (at) => all.forEach((cell, i) => { cell.tabIndex = i === at ? 0 : -1; });
  if (!all.some((cell) => cell === cells.getRootNode().activeElement)) stop(data.pressed ?? 0);
  cells.onfocusin = ({ target }) => stop(all.indexOf(target.closest(".cell")));
  cells.onkeydown = (event) => {
    const at = all.indexOf(event.target.closest(".cell"));
    const to = moved(at, event.key, count, data.columns);
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    all[to].focus();
  };
};

const fillCell = (cell, data, index, press) => {
  const title = data.titles[index], text = data.labels[index];
  if (title) {
    if (cell.title !== title) cell.ariaLabel = cell.title = title;
    const pressed = String(index === data.pressed);
    if (cell.ariaPressed !== pressed) cell.ariaPressed = pressed;
    cell.onclick = () => press(index);
  }
  if (cell.textContent !== (text ?? "")) {
    const label = Object.assign(element("span", ""), { textContent: text });
    cell.replaceChildren(...(text ? [label] : []));
  }
};
